"""Runs of a system's command by others are seen from their very first moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("of Linux: /proc", allow_module_level=True)

from platform_backends.system_store import others

_ROUNDS = 150


def test_a_run_that_has_just_begun_is_seen(tmp_path: Path) -> None:
    """Between the start of a program and its first step the kernel shows no command line of it."""
    program = tmp_path / "update-of-a-test"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    mounts, unseen = str(Path("/proc/self/ns/mnt").readlink()), 0
    for _ in range(_ROUNDS):
        with subprocess.Popen([program]) as run:
            unseen += not others._is_run(Path("/proc", str(run.pid)), program.name, mounts)
            run.kill()
    assert unseen == 0
    assert not others._runs(program.name)

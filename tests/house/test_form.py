"""What `dev.py lint` checks holds: form, types, and that imports only go down."""

from __future__ import annotations

import subprocess
import sys

import pytest
from house.command_lint import CHECKS, environment
from house.places import ROOT


@pytest.mark.parametrize("name", CHECKS)
def test_it_passes(name: str) -> None:
    done = subprocess.run(
        [sys.executable, *CHECKS[name]],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

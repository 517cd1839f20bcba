"""Runs the installed command line as a process of its own, as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ran:
    """What a run answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def trustmgr(*words: str, stdin: str = "", timeout: float = 60, **environment: str) -> Ran:
    """``trustmgr WORDS`` in a new process; stdin is never a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "trustmgr", *words],
        input=stdin.encode(),
        capture_output=True,
        timeout=timeout,
        env={**os.environ, **environment},
        check=False,
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ran.err, ran.err
    return ran

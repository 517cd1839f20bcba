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


#: What goes through a pipe is UTF-8 on Windows too, where otherwise it is what the code page has.
_SAID = {"PYTHONIOENCODING": "utf-8"} if sys.platform == "win32" else {}


def _text(said: bytes) -> str:
    return said.decode().replace(os.linesep, "\n")


def trustmgr(*words: str, stdin: str = "", timeout: float = 60, **environment: str) -> Ran:
    """``trustmgr WORDS`` in a new process; stdin is never a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "trustmgr", *words],
        input=stdin.encode(),
        capture_output=True,
        timeout=timeout,
        env={**os.environ, **_SAID, **environment},
        check=False,
    )
    ran = Ran(done.returncode, _text(done.stdout), _text(done.stderr))
    assert "Traceback" not in ran.err, ran.err
    return ran

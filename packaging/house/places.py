"""Where things are. `os.path` and not pathlib: this is read at every start."""

from __future__ import annotations

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOCKS = os.path.join(ROOT, "packaging", "locks")
VENV = os.path.join(ROOT, ".venv")
BENCH_VENV = os.path.join(ROOT, ".venv-bench")

#: The project's own packages.
PACKAGES = ("trustmgr", "ui", "platform_backends", "resources")


def program(name: str, venv: str = VENV) -> str:
    """The path of a program (`python`, or a console script) in a virtual environment."""
    if sys.platform == "win32":
        return os.path.join(venv, "Scripts", name + ".exe")
    return os.path.join(venv, "bin", name)

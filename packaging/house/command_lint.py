"""`dev.py lint`: every check of the code's form, all of them even when one fails."""

from __future__ import annotations

import os
import subprocess
import sys

from house.environment import prepare
from house.places import ROOT, program

#: What is checked besides the packages named in pyproject.toml.
TOOLS = ("dev.py", "packaging/house", "packaging/bench")

#: Name -> words after `python`.
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "mypy of the tools": ["-m", "mypy", "--cache-dir", ".mypy_cache/tools", *TOOLS],
    "floors": ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
}


def run(words: list[str]) -> int:
    """Run the checks (those whose name starts with one of `words`, or all): 0 when all pass."""
    prepare("dev")
    failed = []
    for name, check in CHECKS.items():
        if words and not name.startswith(tuple(words)):
            continue
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        command = [program("python"), *check]
        if subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode != 0:
            failed.append(name)
    sys.stdout.write(f"== failed: {', '.join(failed)}\n" if failed else "== all is well\n")
    return 1 if failed else 0


def environment() -> dict[str, str]:
    """What the checks print is UTF-8 everywhere."""
    return {**os.environ, "PYTHONUTF8": "1"}

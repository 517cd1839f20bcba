"""`dev.py lint`: every check of the code's form, all of them even when one fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

from house.environment import prepare
from house.places import ROOT, program

#: What is checked besides the packages named in pyproject.toml.
TOOLS = ("dev.py", "packaging/house", "packaging/bench")


def of_posix_alone() -> list[str]:
    """The modules that Windows never loads: pyproject.toml has a contract about who imports them."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    protected = (contract.get("protected_modules", []) for contract in contracts)
    return [module for modules in protected for module in modules]


def _elsewhere(platform: str) -> list[str]:
    """Whether what runs on another system calls only what there is: mypy knows what each one lacks."""
    paths = [module.replace(".", "/") for module in of_posix_alone()]
    left_out = [word for path in paths for word in ("--exclude", rf"^{path}(/|\.py$)")]
    return [
        "-m",
        "mypy",
        "--platform",
        platform,
        "--cache-dir",
        f".mypy_cache/{platform}",
        *left_out,
    ]


#: Name -> words after `python`.
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "mypy for Windows": _elsewhere("win32"),
    "mypy for macOS": _elsewhere("darwin"),
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

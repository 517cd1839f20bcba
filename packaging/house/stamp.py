"""Whether an environment is still the one that the lock files describe.

A stamp holds the very bytes that decided what was installed, so comparing is exact and costs less
than loading a hash function. It is written last: an interrupted setup has none.
"""

from __future__ import annotations

import os

from house.places import LOCKS, ROOT, VENV, program


def is_current(part: str, venv: str = VENV) -> bool:
    """Whether `part` ("project" or the name of a lock file) is installed as it is described now."""
    # A Python that was upgraded or removed leaves a link that leads nowhere.
    return os.path.exists(program("python", venv)) and _read(_path(part, venv)) == _wanted(part)


def write(part: str, venv: str = VENV) -> None:
    """Say that `part` is installed."""
    with open(_path(part, venv), "wb") as file:
        file.write(_wanted(part))


def _path(part: str, venv: str) -> str:
    return os.path.join(venv, part + ".stamp")


def _wanted(part: str) -> bytes:
    # Scripts in an environment hold absolute paths: one that was moved is of no use.
    source = os.path.join(ROOT, "pyproject.toml")
    if part != "project":
        source = os.path.join(LOCKS, part + ".txt")
    return os.fsencode(ROOT) + b"\n" + (_read(source) or b"")


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None

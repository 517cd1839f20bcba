"""Whether somebody without rights could change the program that is about to get them.

An installation in a home folder can be changed by everything that runs as its owner: whoever gives
such a program an administrator's password should know.
"""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path


def exposed() -> Path | None:
    """A file or folder of the helper that others than root can write; None when there is none."""
    if os.name != "posix":
        return None
    return writable_by_others(*_parts())


def writable_by_others(*paths: Path) -> Path | None:
    """The first of these, or of the folders above them, that others than root can write."""
    return next((path for path in _with_parents(iter(paths)) if _writable(path)), None)


def _parts() -> Iterator[Path]:
    yield Path(sys.executable)
    yield Path(sys.executable).resolve()
    if getattr(sys, "frozen", False):
        return
    for kind in ("stdlib", "platlib"):
        yield Path(sysconfig.get_path(kind)).resolve()
    yield Path(__file__).resolve().parent
    yield Path(__file__).resolve().parents[2]


def _with_parents(paths: Iterator[Path]) -> Iterator[Path]:
    seen = {part for path in paths for part in (path, *path.parents)}
    yield from sorted(seen)


def _writable(path: Path) -> bool:
    """Links count for nothing: it is their folder that matters."""
    try:
        status = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(status.st_mode):
        return False
    sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX
    others = status.st_mode & (stat.S_IWGRP if status.st_gid else 0) | status.st_mode & stat.S_IWOTH
    return status.st_uid != 0 or bool(others and not sticky)

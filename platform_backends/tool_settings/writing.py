"""Writing a setting file that its owner, and the tool itself, may be changing at the same time."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from platform_backends import files, steps
from platform_backends.base import UnsafeFile, WriteFailed
from platform_backends.tool_settings.tool import Tool

_MARK = b"Trust Manager is changing this file.\n"
#: Seconds to wait for the tool, and between two looks.
_PATIENCE, _PAUSE = 5.0, 0.02


def change(of: Tool, path: Path, make: Callable[[bytes], bytes], *, new: bool = False) -> bytes:
    """Put `make` of what is there now in its place, if that is another text; gives it.

    With ``new`` an empty text is one that was not there, and the file goes. Raises `WriteFailed` when
    somebody else keeps the file locked, and whatever `make` raises; then nothing has changed.
    """
    medium = of.medium
    before = medium.text(path)
    if make(before) == before:
        return before
    with _locked(of, path):
        later = make(medium.text(path))
        if not later and new:
            medium.remove(path)
        else:
            medium.put(path, later)
    return later


def expecting(before: bytes, path: Path, later: bytes) -> Callable[[bytes], bytes]:
    """A change that was made of one text, and of no other."""

    def make(text: bytes) -> bytes:
        if text != before:
            raise WriteFailed(
                f"{path} was changed by another program at the same moment.",
                "Nothing of it was overwritten. Try again.",
            )
        return later

    return make


def settle(of: Tool, path: Path) -> None:
    """Take away what a kill left beside the file. Call it only as the one writer."""
    of.medium.sweep(path)
    lock = _lock(of, path)
    with contextlib.suppress(OSError, UnsafeFile):  # not there, or not ours
        if lock is not None and files.read_bounded(lock, len(_MARK), follow=False) == _MARK:
            lock.unlink()


@contextmanager
def _locked(of: Tool, path: Path) -> Iterator[None]:
    """Hold the tool's own lock on the file, where it has one: a file that may be made once."""
    lock = _lock(of, path)
    if lock is None:
        yield
        return
    deadline = time.monotonic() + _PATIENCE
    while not _take(lock):
        if time.monotonic() > deadline:
            raise WriteFailed(
                f"{of.title} keeps {path} locked: {lock} is there.",
                f"Wait until {of.title} has finished. If it is not running, take that file away.",
            )
        time.sleep(_PAUSE)
    try:
        steps.reached("locked")
        yield
    finally:
        lock.unlink(missing_ok=True)


def _take(lock: Path) -> bool:
    """It has its content from the first moment on, so that `settle` knows it for ours."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    mark = lock.with_name(files.temporary_name())
    files.replace(mark, _MARK, 0o600)
    try:
        os.link(mark, lock)
    except FileExistsError:
        return False
    finally:
        mark.unlink()
    return True


def _lock(of: Tool, path: Path) -> Path | None:
    return path.with_name(path.name + of.lock) if of.lock else None

"""One change at a time, and a mark on disk for as long as one is unfinished.

`guarded` holds a lock that dies with its process, so whoever gets the lock and finds the mark
knows that the one who set it is gone. The mark is on disk (fsync) before the journal is written
and removed after the journal says that all is done: looking for it is one ``stat``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trustmgr import paths
from trustmgr.errors import ExitCode, TrustManagerError
from trustmgr.progress import Progress

_MARK = "unfinished"
_LOCK = "lock"
_PATIENCE = 30.0  # seconds to wait for another process's change
_PAUSE = 0.05
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)  # root may be asked to finish what a user began


class Busy(TrustManagerError):
    """Another process of this program is in the middle of a change."""

    exit_code = ExitCode.ROLLED_BACK


def marked() -> bool:
    """Whether a change may be unfinished. One ``stat``; nothing is created.

    Where this user may not look there is no change of theirs (`Path.exists` would raise).
    """
    return os.path.exists(paths.state_dir() / _MARK)  # noqa: PTH110


@contextmanager
def guarded(progress: Progress | None = None, *, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock. Raises `Busy` after `patience` seconds, `StateUnusable`, `Cancelled`."""
    folder = paths.ensure_state_dir()
    try:
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | _NO_FOLLOW, 0o600)
    except OSError as error:
        raise paths.unusable(folder / _LOCK, error) from error
    try:
        _wait(descriptor, progress or Progress(), time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)  # which gives the lock back


def set_mark() -> None:
    """Put the mark on disk. Raises `StateUnusable`."""
    path = paths.state_dir() / _MARK
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | _NO_FOLLOW, 0o600)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _sync_folder(path.parent)
    except OSError as error:
        raise paths.unusable(path, error) from error


def clear_mark() -> None:
    """Take the mark away. That it stays behind does no harm: the next start looks and clears it."""
    with suppress(OSError):
        (paths.state_dir() / _MARK).unlink(missing_ok=True)


def _wait(descriptor: int, progress: Progress, until: float) -> None:
    while not _try_lock(descriptor):
        if time.monotonic() >= until:
            raise Busy(
                "Another Trust Manager is changing something right now.",
                "Wait until it is done, then try again.",
            )
        progress.check()
        time.sleep(_PAUSE)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # folders cannot be opened there; NTFS logs their changes
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

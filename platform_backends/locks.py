"""One writer at a time, across processes, without leaving a file behind in the store."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platform_backends.base import WriteFailed

#: Seconds between two tries.
_PAUSE = 0.02


@contextmanager
def locked(folder: Path, timeout: float = 60.0) -> Iterator[int]:
    """Hold the only write lock on `folder`; gives the descriptor that carries it.

    A child process that inherits the descriptor keeps the lock until it ends too: so nobody
    writes while a command goes on whose parent was killed. `timeout` is in seconds; then
    `WriteFailed`. The folder must exist.
    """
    descriptor = _open(folder)
    try:
        _wait(descriptor, str(folder), timeout)
        yield descriptor
    finally:
        os.close(descriptor)  # and with it the lock


@contextmanager
def locked_by_name(name: str, title: str, timeout: float = 60.0) -> Iterator[None]:
    """The only write lock of this user on something that is no folder. Raises as `locked` does."""
    path = Path(tempfile.gettempdir()) / f"trustmgr-{name}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(descriptor, title, timeout)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, title: str, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not _try(descriptor):
        if time.monotonic() > deadline:
            raise WriteFailed(
                f"Another program has been changing {title} for {timeout:.0f} seconds.",
                "Wait until it has finished, then try again.",
            )
        time.sleep(_PAUSE)


if sys.platform == "win32":
    import msvcrt

    def _open(folder: Path) -> int:
        # Windows cannot lock a folder: a file outside the store stands for it.
        key = hashlib.sha256(os.path.normcase(folder.absolute()).encode()).hexdigest()[:16]
        path = Path(tempfile.gettempdir()) / f"trustmgr-{key}.lock"
        return os.open(path, os.O_RDWR | os.O_CREAT)

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _open(folder: Path) -> int:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

"""Reading and writing files that other people may have put traps into.

Reads are bounded and never wait on a pipe or a device. Writes are atomic: a temporary file in the
same folder, flushed to the disk, then renamed; mode and owner of what is replaced are kept.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

from platform_backends import steps
from platform_backends.base import RightsMissing, StoreError, UnsafeFile, WriteFailed

#: What a killed write leaves behind has such a name; `sweep` takes it away.
TEMPORARY = re.compile(r"\.trustmgr-[0-9a-f]{16}\.tmp")

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


#: Windows neither replaces nor deletes a file that somebody has open (winerror.h); scanners look at each
#: new file for a moment.
_ACCESS_DENIED, _SHARING_VIOLATION = 5, 32
_PATIENCE, _PAUSE = 2.0, 0.02  # seconds


def temporary_name() -> str:
    """A fresh name that `sweep` recognises."""
    return f".trustmgr-{secrets.token_hex(8)}.tmp"


def failure(error: OSError, doing: str) -> StoreError:
    """What an operating-system error means to the user. `doing` ends the sentence "Could not"."""
    if getattr(error, "winerror", None) == _SHARING_VIOLATION:
        return WriteFailed(
            f"Could not {doing}: another program has the file open.",
            "Close the programs that use it, then try again.",
        )
    if isinstance(error, PermissionError):
        return RightsMissing(
            f"Could not {doing}: permission denied.", "Ask an administrator of this machine."
        )
    hints = {
        errno.ENOSPC: "Free some space and try again.",
        errno.EDQUOT: "Free some space and try again.",
        errno.EFBIG: "Raise the limit on file sizes and try again.",
        errno.EROFS: "Make the file system writable and try again.",
    }
    reason = os.strerror(error.errno) if error.errno else str(error)
    return WriteFailed(f"Could not {doing}: {reason}.", hints.get(error.errno or 0, "Try again."))


def read_bounded(path: Path, limit: int, *, follow: bool = True) -> bytes:
    """The bytes of a regular file of at most `limit` bytes.

    Raises `UnsafeFile` for anything else (folder, pipe, device, too large, and a symbolic link
    unless `follow`), ``FileNotFoundError`` and other ``OSError`` as they come.
    """
    flags = os.O_RDONLY | _NO_WAIT | _BINARY | (0 if follow else _NO_FOLLOW)
    if path.is_dir():  # Windows cannot open one
        raise UnsafeFile(f"{path} is a folder, not a file.", "Name a file.")
    if not (follow or _NO_FOLLOW) and path.is_symlink():
        raise _not_regular(path)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO} and not isinstance(error, FileNotFoundError):
            raise _not_regular(path) from error
        raise
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _not_regular(path)
        data = file.read(limit + 1) if status.st_size <= limit else b"\0" * (limit + 1)
    if len(data) > limit:
        raise UnsafeFile(f"{path} is larger than {limit} bytes.", "Name a smaller file.")
    return data


def replace(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put `data` into `path`, all or nothing. `mode` is for a new file; an old one's is kept.

    Raises `UnsafeFile` when something other than a regular file stands there, ``OSError`` when
    writing fails: then `path` is as it was and no temporary file is left.
    """
    earlier = regular(path)
    temporary = path.parent / temporary_name()
    try:
        _write_temporary(temporary, data, mode, earlier)
        steps.reached(f"written {path.name}")
        _when_free(lambda: temporary.replace(path))
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    steps.reached(f"renamed {path.name}")
    sync_folder(path.parent)


def remove(path: Path) -> bool:
    """Take a regular file away; whether it was there. Raises as `replace` does."""
    if regular(path) is None:
        return False
    _when_free(path.unlink)
    steps.reached(f"unlinked {path.name}")
    sync_folder(path.parent)
    return True


def regular(path: Path) -> os.stat_result | None:
    """Status of a regular file, None when nothing is there; `UnsafeFile` for anything else."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise _not_regular(path)
    return status


def sweep(folder: Path) -> None:
    """Take away what killed writes left in `folder`. Call it only while holding its lock."""
    for name in os.listdir(folder):  # noqa: PTH208  (names alone: the folder may be large)
        if TEMPORARY.fullmatch(name):
            (folder / name).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system can (not on Windows)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _when_free(act: Callable[[], object]) -> None:
    """Do it; on Windows again and again while somebody has the file open, for `_PATIENCE`."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            act()
            return
        except PermissionError as error:
            in_use = getattr(error, "winerror", None) in (_ACCESS_DENIED, _SHARING_VIOLATION)
            if not in_use or time.monotonic() > until:
                raise
        time.sleep(_PAUSE)


def _write_temporary(
    temporary: Path, data: bytes, mode: int, earlier: os.stat_result | None
) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    descriptor = os.open(temporary, flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        steps.reached(f"opened {temporary.parent.name}")
        file.write(data)
        file.flush()
        if sys.platform != "win32":
            if earlier is not None and (earlier.st_uid, earlier.st_gid) != (
                os.geteuid(),
                os.getegid(),
            ):
                os.fchown(descriptor, earlier.st_uid, earlier.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(earlier.st_mode) if earlier is not None else mode)
        os.fsync(descriptor)


def _not_regular(path: Path) -> UnsafeFile:
    return UnsafeFile(
        f"{path} is not a plain file (a link, a folder, a pipe or a device).",
        "Nothing was changed. Move it away, or ask who put it there.",
    )

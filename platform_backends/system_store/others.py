"""Others who change the same store: package managers, and people who run the family's command.

The commands know no lock: Debian's writes a file of a fixed name, so that of two runs one fails, and a run
that began earlier may end later, without what was added meanwhile. So ours waits until nobody is at it.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from pathlib import Path

from platform_backends.base import WriteFailed

#: Held while packages are installed (fcntl(2) record locks): dpkg's and apt's, rpm's.
_LOCKS = (
    Path("/var/lib/dpkg/lock-frontend"),
    Path("/var/lib/dpkg/lock"),
    Path("/var/lib/rpm/.rpm.lock"),
    Path("/usr/lib/sysimage/rpm/.rpm.lock"),
)
#: There while packages are installed: pacman's.
_MARKS = (Path("/var/lib/pacman/db.lck"),)
#: Set by dpkg for the scripts of a package: then it waits for us.
_INSIDE = "DPKG_MAINTSCRIPT_NAME"

#: Seconds to wait for others, and between two looks.
PATIENCE = 90.0
_PAUSE = 0.1
#: How often, and after how many seconds, a program that just begins is looked at again.
_LOOKS, _MOMENT = 50, 0.002

#: ``struct flock`` of Linux: type, whence, start, length, process.
_FLOCK = "hhqqi4x"


def wait(command: str) -> None:
    """Wait until nobody else is at it. `command`: the name of the program.

    Raises `WriteFailed` when packages are still being installed after `PATIENCE` seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while (installing := _installing()) or _runs(command):
        if time.monotonic() > deadline:
            if not installing:
                break
            raise WriteFailed(
                "Packages are being installed on this machine, which changes its certificates, too.",
                "Try again when that has ended.",
            )
        time.sleep(_PAUSE)


def end(command: str) -> bool:
    """Wait for the end of the runs that are under way now, `PATIENCE` seconds at most; whether there
    were any. Later ones see what is there now."""
    first = left = _runs(command)
    deadline = time.monotonic() + PATIENCE
    while left and time.monotonic() < deadline:
        time.sleep(_PAUSE)
        left &= _runs(command)
    return bool(first)


def _runs(command: str) -> frozenset[str]:
    """The processes that see the same files and run this program, themselves or through a shell."""
    try:
        here, processes = os.readlink("/proc/self/ns/mnt"), os.listdir("/proc")  # noqa: PTH208, PTH115
    except OSError:
        return frozenset()
    numbers = (name for name in processes if name.isdecimal())
    return frozenset(name for name in numbers if _is_run(Path("/proc", name), command, here))


def _is_run(process: Path, command: str, mounts: str) -> bool:
    try:
        words = _command_line(process).split(b"\0")[:3]
        named = {os.fsdecode(word).rpartition("/")[2] for word in words}
        return command in named and str((process / "ns/mnt").readlink()) == mounts
    except OSError:
        return False  # it has ended, or is none of ours to look at


def _command_line(process: Path) -> bytes:
    """Empty for the kernel's own, for what has ended, and for a moment in a program that just begins."""
    for _ in range(_LOOKS):
        if line := (process / "cmdline").read_bytes():
            return line
        (process / "exe").readlink()  # which the others do not have
        time.sleep(_MOMENT)
    return b""


def _installing() -> bool:
    if _INSIDE in os.environ:
        return False
    return any(map(_is_locked, _LOCKS)) or any(map(os.path.lexists, _MARKS))


def _is_locked(path: Path) -> bool:
    """Asked without taking the lock, or a package manager that begins just now would find it taken."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        wish = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind: int = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, wish))[0]
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return kind != fcntl.F_UNLCK

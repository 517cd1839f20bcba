"""Others who change the same store: package managers, and people who run the family's command.

The commands know no lock: Debian's writes a file of a fixed name, so that of two runs one fails, and a run
that began earlier may end later, without what was added meanwhile. So ours waits until nobody is at it.
"""

from __future__ import annotations

import fcntl
import os
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
_PAUSE = 0.2


def wait(command: str) -> bool:
    """Wait until nobody else is at it; whether anybody was. `command`: the name of the program.

    Raises `WriteFailed` when packages are still being installed after `PATIENCE` seconds.
    """
    deadline, waited = time.monotonic() + PATIENCE, False
    while (installing := _installing()) or running(command):
        if time.monotonic() > deadline:
            if not installing:
                break
            raise WriteFailed(
                "Packages are being installed on this machine, which changes its certificates, too.",
                "Try again when that has ended.",
            )
        waited = True
        time.sleep(_PAUSE)
    return waited


def running(command: str) -> bool:
    """Whether a process that sees the same files runs this program, itself or through a shell."""
    try:
        here, processes = os.readlink("/proc/self/ns/mnt"), os.listdir("/proc")  # noqa: PTH208, PTH115
    except OSError:
        return False
    return any(name.isdecimal() and _runs(Path("/proc", name), command, here) for name in processes)


def _runs(process: Path, command: str, mounts: str) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")[:3]
        named = {os.fsdecode(word).rpartition("/")[2] for word in words}
        return command in named and str((process / "ns/mnt").readlink()) == mounts
    except OSError:
        return False  # it has ended, or is none of ours to look at


def _installing() -> bool:
    if _INSIDE in os.environ:
        return False
    return any(map(_is_locked, _LOCKS)) or any(map(os.path.lexists, _MARKS))


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)  # and with it the lock
    return False

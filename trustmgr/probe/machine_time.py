"""When this machine last wrote: the newest change among files and folders that it keeps writing.

Folders are best: no archive that is unpacked and no tool that sets a file's time changes theirs.
Nothing is read, and only the newest moment is kept, never a name.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime

_UNIX = (
    "/tmp",  # noqa: S108 -- looked at, not used
    "/var/tmp",  # noqa: S108
    "/var/log",
    "/run",
    "/etc",
    "/var/run/utmp",
    "/var/log/wtmp",
)
#: systemd-timesyncd keeps the last known time in the time of this file (systemd-timesyncd(8)).
_LINUX = (
    "/var/lib/systemd/timesync/clock",
    "/var/log/syslog",
    "/var/log/messages",
    "/var/log/journal",
    "/var/lib/dpkg",
)
_MACOS = ("/private/var/db", "/private/var/log/system.log", "/Library/Preferences")
_WINDOWS = (
    r"Prefetch",
    r"Temp",
    r"System32\config",
    r"System32\winevt\Logs",
    r"SoftwareDistribution",
)
_HOME = ("", ".cache", ".local/share", ".local/state", "Library/Preferences", "NTUSER.DAT")


def newest_change() -> datetime | None:
    """UTC; None when nothing could be looked at."""
    newest = max(_times(), default=None)
    try:
        return None if newest is None else datetime.fromtimestamp(newest, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _times() -> Iterator[float]:
    for path in _places():
        try:
            yield os.stat(path).st_mtime  # noqa: PTH116 -- a path may be empty on odd systems
        except (OSError, ValueError):
            continue


def _places() -> Iterator[str]:
    yield tempfile.gettempdir()
    home = os.path.expanduser("~")  # noqa: PTH111
    for name in _HOME:
        yield os.path.join(home, name)  # noqa: PTH118
    if sys.platform == "win32":
        root = os.environ.get("SYSTEMROOT", r"C:\Windows")
        yield from (os.path.join(root, name) for name in _WINDOWS)  # noqa: PTH118
    else:
        yield from _UNIX
        yield from _MACOS if sys.platform == "darwin" else _LINUX

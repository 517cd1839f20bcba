"""When this machine last wrote, and when it last wrote before it was started.

The newest change among files and folders that it keeps writing tells of a clock that was set back or
ahead since. Folders are best: no archive that is unpacked and no tool that sets a file's time changes
theirs. A clock that has been ahead since the machine was started marks every file of today wrongly; then
the newest change before the start is the last one that an earlier, perhaps right, clock has marked.

Nothing is read, and only moments are kept, never a name.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice

_MOST = 500  # entries of one folder
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
    "/var/lib/systemd",
    "/var/lib/NetworkManager",
)
_MACOS = ("/private/var/db", "/private/var/log/system.log", "/Library/Preferences")
_WINDOWS = (
    r"Prefetch",
    r"Temp",
    r"System32\config",
    r"System32\winevt\Logs",
    r"SoftwareDistribution",
)
_HOME = (
    "",
    ".cache",
    ".local/share",
    ".local/state",
    ".config",
    "Library/Preferences",
    "NTUSER.DAT",
)


def newest_change() -> datetime | None:
    """UTC; None when nothing could be looked at."""
    return _moment(max(_times(), default=None))


def start() -> datetime | None:
    """When the machine was started, by its clock of now; UTC."""
    if sys.platform == "linux":  # counts while asleep, too
        up = time.clock_gettime(time.CLOCK_BOOTTIME)
    else:
        up = time.monotonic()  # Windows and macOS count from the start
    return _moment(time.time() - up)


def newest_change_before(moment: datetime) -> datetime | None:
    """The newest change before `moment` among the files that lie around; UTC."""
    limit = moment.timestamp()
    found = (when for when in _many_times() if when < limit)
    return _moment(max(found, default=None))


def _moment(seconds: float | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _many_times() -> Iterator[float]:
    """Of the files in the folders, one level deep, at most `_MOST` of each folder."""
    for place in _places():
        try:
            with os.scandir(place) as entries:
                for entry in islice(entries, _MOST):
                    with suppress(OSError):
                        yield entry.stat(follow_symlinks=False).st_mtime
        except (OSError, ValueError):
            continue


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

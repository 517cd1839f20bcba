"""Opening what the user's desktop has: a program, a page of its settings, a console of Windows."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Sequence


def started(words: Sequence[str]) -> bool:
    """Start a program of the desktop and leave it alone; whether it could be started."""
    try:
        subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    return True


def shown_by_windows(what: str | os.PathLike[str]) -> bool:
    """Have Windows open a page (``ms-settings:...``) or a file of its own; whether it could."""
    if sys.platform != "win32":
        return False
    try:
        os.startfile(what)  # noqa: S606 -- a constant of ours, or Windows' own by its path
    except OSError:
        return False
    return True


def macos_page(new: str, old: str) -> tuple[str, ...]:
    """What opens a page of System Settings, or of System Preferences up to macOS 12."""
    major = platform.mac_ver()[0].partition(".")[0]
    return ("/usr/bin/open", old if major.isdigit() and int(major) <= 12 else new)

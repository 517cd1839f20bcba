"""Where the date and time of this machine are set: the page of the system's settings, and the command.

Nothing here changes the clock: the page is opened, and the user decides.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from trustmgr.remedy.desktop import macos_page, shown_by_windows, started

#: learn.microsoft.com/windows/apps/develop/launch/launch-settings
_WINDOWS_PAGE = "ms-settings:dateandtime"
#: System Settings since macOS 13, and System Preferences before; widely used, not documented by Apple.
_MACOS = "x-apple.systempreferences:com.apple.Date-Time-Settings.extension"
_MACOS_12 = "x-apple.systempreferences:com.apple.preference.datetime"
#: Desktop, as XDG_CURRENT_DESKTOP names it -> programs that show the page, the newest first.
_LINUX: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "gnome": (("gnome-control-center", "datetime"),),
    "unity": (("gnome-control-center", "datetime"),),
    "kde": (
        ("kcmshell6", "kcm_clock"),
        ("kcmshell5", "kcm_clock"),
        ("systemsettings", "kcm_clock"),
    ),
    "x-cinnamon": (("cinnamon-settings", "calendar"),),
    "xfce": (("time-admin",),),
    "mate": (("time-admin",),),
}


def command() -> str:
    """What an administrator can run to have the clock set from the network."""
    if sys.platform == "win32":
        return "w32tm /resync"
    if sys.platform == "darwin":
        return "sudo systemsetup -setusingnetworktime on"
    return "sudo timedatectl set-ntp true"


def open_page() -> bool:
    """Open the page of the settings; whether there was one to open."""
    if sys.platform == "win32":
        return shown_by_windows(_WINDOWS_PAGE)
    words = macos_page(_MACOS, _MACOS_12) if sys.platform == "darwin" else _linux_words()
    return words is not None and started(words)


def _linux_words() -> tuple[str, ...] | None:
    for desktop in os.environ.get("XDG_CURRENT_DESKTOP", "").lower().split(":"):
        for program, *words in _LINUX.get(desktop, ()):
            found = shutil.which(program)
            if found is not None:
                return (found, *words)
    return None

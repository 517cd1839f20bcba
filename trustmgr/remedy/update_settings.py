"""Where the updates of this machine are: the page of the system's settings, and the command.

Nothing is installed from here: the page is opened, and the user decides.
"""

from __future__ import annotations

import os
import shutil
import sys

from trustmgr.remedy.desktop import macos_page, shown_by_windows, started

#: learn.microsoft.com/windows/apps/develop/launch/launch-settings
_WINDOWS_PAGE = "ms-settings:windowsupdate"
#: As in clock_settings.
_MACOS = "x-apple.systempreferences:com.apple.Software-Update-Settings.extension"
_MACOS_12 = "x-apple.systempreferences:com.apple.preferences.softwareupdate"
#: Programs of desktops that show updates, with their words.
_LINUX = (
    ("gnome-software", "--mode=updates"),
    ("plasma-discover", "--mode", "update"),
    ("mintupdate",),
    ("update-manager",),
)
#: Package managers -> how each brings the authorities up to date.
_COMMANDS = {
    "apt-get": "sudo apt-get update && sudo apt-get install --only-upgrade ca-certificates",
    "dnf": "sudo dnf upgrade ca-certificates",
    "zypper": "sudo zypper update ca-certificates-mozilla",
    "pacman": "sudo pacman -Syu",
    "apk": "sudo apk upgrade --update-cache ca-certificates",
}


def command() -> str:
    """What brings the authorities of this machine up to date, where there is such a command."""
    if sys.platform == "win32":
        return f"start {_WINDOWS_PAGE}"
    if sys.platform == "darwin":
        return "softwareupdate --install --all"
    found = (said for program, said in _COMMANDS.items() if shutil.which(program))
    return next(found, "")


def open_page() -> bool:
    """Open the page with the updates; whether there was one to open."""
    if sys.platform == "win32":
        return shown_by_windows(_WINDOWS_PAGE)
    if sys.platform == "darwin":
        return started(macos_page(_MACOS, _MACOS_12))
    if not os.environ.get("XDG_CURRENT_DESKTOP"):
        return False
    found = ((shutil.which(program), words) for program, *words in _LINUX)
    return next((started((path, *words)) for path, words in found if path), False)

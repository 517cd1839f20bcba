"""The system's own window on a store, for whoever wants to see there what was done here."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from platform_backends import rights
from trustmgr.remedy.desktop import shown_by_windows, started

#: How the ids of stores begin -> the program. Windows itself asks for the rights that certlm.msc needs.
_CONSOLES: Mapping[str, str] = {
    "windows.user.": "certmgr.msc",
    "windows.machine.": "certlm.msc",
    "macos.": "Keychain Access",
}


def name(store: str) -> str:
    """What the window on a store is called; empty: it has none."""
    return next((what for begin, what in _CONSOLES.items() if store.startswith(begin)), "")


def open_console(store: str) -> bool:
    """Open it; whether that could be done."""
    what = name(store)
    if not what:
        return False
    if sys.platform == "win32":
        return shown_by_windows(rights.system_folder() / what)
    return sys.platform == "darwin" and started(("/usr/bin/open", "-a", what))

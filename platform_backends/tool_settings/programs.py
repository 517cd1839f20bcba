"""Where a program is, and its settings for everybody: beside it, or below /etc."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from platform_backends.tool_settings import places

#: The programs that come with macOS.
_APPLES = Path("/usr/bin")
#: Homebrew's, on Macs with Apple's processors and with Intel's: what is started from Finder has neither
#: on its PATH.
_HOMEBREWS = ("/opt/homebrew/bin", "/usr/local/bin")


def find(program: str) -> str | None:
    """As a terminal of the user's would find it; None where it is not installed."""
    found = shutil.which(program)
    if found is None and sys.platform == "darwin":
        return shutil.which(program, path=os.pathsep.join(_HOMEBREWS))
    return found


def etc(program: str) -> Path:
    """The folder ``etc`` of the program. Homebrew and Git for Windows have one of their own."""
    found = find(program)
    if sys.platform not in ("darwin", "win32") or found is None or is_apples(program):
        return places.SYSTEM
    folder = Path(os.path.realpath(found)) if sys.platform == "win32" else Path(found)
    above = folder.parent.parent  # of bin or cmd
    if above.name.startswith(("mingw", "clang")):  # Git for Windows has programs below these, too
        above = above.parent
    return above / "etc"


def is_apples(program: str) -> bool:
    """Whether it is the one that comes with macOS, whose TLS also asks the keychain."""
    found = find(program)
    return sys.platform == "darwin" and found is not None and Path(found).parent == _APPLES

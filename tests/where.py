"""What a test may need to know of the system it runs on, and the reasons to skip that follow."""

from __future__ import annotations

import os
import shlex
import shutil
import sys

import pytest


def _is_wine() -> bool:
    """Wine's ntdll says so itself: https://gitlab.winehq.org/wine/wine/-/wikis/Developer-FAQ."""
    if sys.platform != "win32":
        return False
    import ctypes

    return hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


WINE = _is_wine()


def words_of(command: str) -> list[str]:
    """What a program is given when this system's shell reads the command."""
    if sys.platform != "win32":
        return shlex.split(command)
    import ctypes

    split = ctypes.WinDLL("shell32").CommandLineToArgvW
    split.restype = ctypes.POINTER(ctypes.c_wchar_p)
    count = ctypes.c_int()
    words = split(ctypes.c_wchar_p(command), ctypes.byref(count))
    return [words[at] for at in range(count.value)]


#: SO_LINGER of zero seconds: Wine 8 takes the option and says goodbye all the same.
needs_resets = pytest.mark.skipif(WINE, reason="of Wine: it does not reset connections")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX: links, pipes and modes")

#: What a file may be called and a label must not take for markup; Windows allows no angles.
LIKE_A_TAG = "&lt;b&gt;" if sys.platform == "win32" else "<b>"

#: Tests of the system's own store, changed by its real command in a private view of the machine.
ON_THE_MACHINE = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="of Linux: ca-certificates"),
    pytest.mark.skipif(
        shutil.which("update-ca-certificates") is None, reason="not installed: ca-certificates"
    ),
]

"""Values of the registry byte for byte, and the word that the environment has changed: declarations.

Names and values are those of winreg.h, winnt.h and winuser.h (learn.microsoft.com/windows/win32/api).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
from ctypes import POINTER, c_char_p, c_size_t, c_void_p, c_wchar_p
from ctypes.wintypes import DWORD, LONG, UINT
from functools import cache
from typing import Any

REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD = 1, 2, 3, 4
ERROR_SUCCESS, ERROR_FILE_NOT_FOUND, ERROR_MORE_DATA = 0, 2, 234
HWND_BROADCAST = 0xFFFF
WM_SETTINGCHANGE = 0x001A
SMTO_ABORTIFHUNG = 0x0002

_FUNCTIONS: Mapping[str, Mapping[str, tuple[Any, tuple[Any, ...]]]] = {
    "advapi32": {
        "RegQueryValueExW": (
            LONG,
            (c_void_p, c_wchar_p, c_void_p, POINTER(DWORD), c_char_p, POINTER(DWORD)),
        ),
        "RegSetValueExW": (LONG, (c_void_p, c_wchar_p, DWORD, DWORD, c_char_p, DWORD)),
    },
    "user32": {
        "SendMessageTimeoutW": (
            c_size_t,
            (c_void_p, UINT, c_size_t, c_wchar_p, UINT, UINT, c_void_p),
        ),
    },
}


@cache
def library(name: str) -> ctypes.CDLL:
    """The DLL with the functions above declared. Raises ``OSError`` elsewhere than on Windows."""
    if sys.platform != "win32":
        raise OSError(f"{name} is a part of Windows")
    loaded = ctypes.WinDLL(name)
    for function, (result, arguments) in _FUNCTIONS[name].items():
        declared = getattr(loaded, function)
        declared.restype, declared.argtypes = result, arguments
    return loaded

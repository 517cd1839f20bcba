"""What the user who runs this program may do."""

from __future__ import annotations

import ctypes
import sys


def is_administrator() -> bool:
    """Whether this process has an administrator's rights now (elevated). Always so under Wine."""
    if sys.platform != "win32":
        return False
    return bool(ctypes.WinDLL("shell32").IsUserAnAdmin())

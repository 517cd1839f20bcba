"""Whether a window could open here."""

from __future__ import annotations

import os
import sys


def has_screen() -> bool:
    """Elsewhere than on Linux and the BSDs there always is one (as ui/launch.py sees it)."""
    if sys.platform in ("win32", "darwin"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)

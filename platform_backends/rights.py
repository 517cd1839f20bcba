"""What this process may do, asked in one way on every system."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def is_administrator() -> bool:
    """Whether it may change what belongs to the whole machine: root, or an elevated process."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0


def is_owner(status: os.stat_result) -> bool:
    """Whether a file is this process's own. Windows does not tell: what rights it gives decides."""
    return sys.platform == "win32" or status.st_uid == os.geteuid()


def system_folder() -> Path:
    """Windows' System32, from the system itself: variables can be set by anybody."""
    if sys.platform != "win32":
        raise OSError("System32 is a part of Windows")
    import ctypes

    folder = ctypes.create_unicode_buffer(260)  # MAX_PATH
    ctypes.windll.kernel32.GetSystemDirectoryW(folder, len(folder))
    return Path(folder.value)

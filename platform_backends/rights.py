"""What this process may do, asked in one way on every system."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from platform_backends.base import RightsMissing, UnsafeFile


def is_administrator() -> bool:
    """Whether it may change what belongs to the whole machine: root, or an elevated process."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0


def require_administrator(to_change: str) -> None:
    """Raises `RightsMissing` for everybody else. `to_change` ends the sentence."""
    if not is_administrator():
        raise RightsMissing(
            f"Only an administrator may change {to_change}.", "Run the command with sudo."
        )


def own_folder(folder: Path) -> None:
    """Make a folder that is the administrator's alone, below one that nobody else can write.

    Raises ``OSError``, and `UnsafeFile` when somebody else's stands there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in (folder, folder.parent):
        status = place.lstat()
        if not stat.S_ISDIR(status.st_mode) or not is_owner(status):
            raise UnsafeFile(f"{place} is not a folder of the administrator's.", "Remove it.")
        if status.st_mode & 0o022:  # made under a generous umask
            place.chmod(0o755)
    folder.chmod(0o700)


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

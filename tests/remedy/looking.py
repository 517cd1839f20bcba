"""What a folder holds, byte for byte."""

from __future__ import annotations

from pathlib import Path


def picture(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Relative name -> mode and bytes; an absent folder is an empty one."""
    if not folder.is_dir():
        return {}
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

"""Folders that a change has to make, and that go again with the last thing in them.

Each holds a mark, so that the folders of others stay, empty or not. They come and go by a rename: a kill
leaves nothing but a temporary name. All of it is called while holding a lock.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from platform_backends import files, steps

_MARK = ".trustmgr-made"


def make(folder: Path) -> None:
    """The folder and those above it that are missing, open to readers."""
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    if not missing:
        return
    top = missing[-1]
    temporary = top.with_name(files.temporary_name())
    for path in reversed(missing):
        made = temporary / path.relative_to(top)
        made.mkdir()
        made.chmod(0o755)
        (made / _MARK).touch()
        steps.reached(f"made {path.name}")
    temporary.rename(top)
    steps.reached("folders in place")


def unmake(folder: Path) -> None:
    """Take the folder away, and those above it, where nothing but our mark is left; where nothing of ours
    is left beside things of others, the mark alone."""
    while (folder / _MARK).is_file():
        rest = [path for path in folder.iterdir() if path.name != _MARK]
        if any(_is_ours(path) for path in rest):
            return
        if rest:
            (folder / _MARK).unlink()
        else:
            temporary = folder.with_name(files.temporary_name())
            folder.rename(temporary)
            steps.reached(f"unmade {folder.name}")
            shutil.rmtree(temporary)
        folder = folder.parent


def sweep(folder: Path) -> bool:
    """Take away what a kill left beside the folder or above it; whether there was anything."""
    found = left(folder)
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return bool(found)


def left(folder: Path) -> list[Path]:
    """What a kill left there: everything that is made has three folders at most."""
    above = [path for path in folder.parents if path.is_dir()][:3]
    return [p for path in above for p in path.iterdir() if files.TEMPORARY.fullmatch(p.name)]


def _is_ours(path: Path) -> bool:
    return path.name.startswith("trustmgr-") or (path / _MARK).is_file()

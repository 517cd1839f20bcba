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


def sweep(folder: Path, root: Path) -> bool:
    """Take away what a kill left on the way from `root` to the folder; whether there was anything."""
    found = left(folder, root)
    for path in found:
        shutil.rmtree(path)
    return bool(found)


def left(folder: Path, root: Path) -> list[Path]:
    """Folders alone: a file with such a name is somebody's who holds another lock."""
    way = [path for path in folder.parents if path.is_relative_to(root) and path.is_dir()]
    return [path for above in way for path in above.iterdir() if _is_temporary(path)]


def _is_temporary(path: Path) -> bool:
    named = files.TEMPORARY.fullmatch(path.name) is not None
    return named and path.is_dir() and not path.is_symlink()


def _is_ours(path: Path) -> bool:
    return path.name.startswith("trustmgr-") or (path / _MARK).is_file()

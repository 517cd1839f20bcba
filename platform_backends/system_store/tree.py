"""An image of what a family's command makes, so that taking a change back leaves exactly what was there.

The command alone would not: keystores of Java hold the time of day, and plain files that somebody
put in place of links become links.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from platform_backends import files

#: An image is not taken of a folder that holds more than this many bytes or names.
LIMIT_BYTES = 32 * 1024 * 1024
LIMIT_NAMES = 20_000


@dataclass(frozen=True)
class Node:
    """One name: kind ``file``, ``link`` or ``folder``; `data` is the content or the link's target.

    Of a file that holds a private key only the hash is kept (`secret`), so that no copy of the
    key is made; such a file is never restored.
    """

    kind: str
    mode: int
    uid: int
    gid: int
    data: bytes = b""
    secret: bool = False


Image = dict[str, Node]


def take(folders: Sequence[Path]) -> Image | None:
    """The image of everything below `folders`, by path; None when it is too large or too odd to keep."""
    image: Image = {}
    size = 0
    for path in _below(folders):
        node = _node(path)
        if node is None:
            return None
        image[str(path)] = node
        size += len(node.data)
        if size > LIMIT_BYTES or len(image) > LIMIT_NAMES:
            return None
    return image


def _below(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        for place, inside, names in os.walk(folder):
            for name in (*inside, *names):
                if not files.TEMPORARY.fullmatch(name):
                    yield Path(place, name)


def digest(image: Image | None) -> str:
    """A hash of the whole image; empty for None."""
    if image is None:
        return ""
    total = hashlib.sha256()
    for name in sorted(image):
        total.update(repr((name, astuple(image[name]))).encode(errors="surrogateescape"))
    return total.hexdigest()


def restore(folders: Sequence[Path], image: Image, makes: Callable[[Path], bool]) -> None:
    """Make `folders` equal to the image. Idempotent.

    New plain files go when the command `makes` such ones; those of other people stay. Raises
    ``OSError`` and `UnsafeFile`.
    """
    current = take(folders) or {}
    for name in sorted(set(current) - set(image), reverse=True):
        _remove_new(Path(name), current[name], makes)
    for name in sorted(image):
        wanted = image[name]
        if current.get(name) != wanted and not wanted.secret:
            _put(Path(name), wanted, current.get(name))
    with contextlib.suppress(OSError):
        flush(folders)


def keep_files(image: Image) -> None:
    """Put back plain files of other people that became links to the same content. Idempotent."""
    for name, node in image.items():
        path = Path(name)
        if node.kind == "file" and not node.secret and path.is_symlink():
            same = path.is_file() and files.read_bounded(path, LIMIT_BYTES) == node.data
            if same:
                _put(path, node, None)


def flush(folders: Sequence[Path]) -> None:
    """Make sure that every plain file below, and the folders' names, are on the disk."""
    for place, _, names in (walked for folder in folders for walked in os.walk(folder)):
        for path in (Path(place, name) for name in names):
            if stat.S_ISREG(path.lstat().st_mode):
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
        files.sync_folder(Path(place))


def _node(path: Path) -> Node | None:
    status = path.lstat()
    mode, owner = stat.S_IMODE(status.st_mode), (status.st_uid, status.st_gid)
    if stat.S_ISLNK(status.st_mode):
        return Node("link", mode, *owner, os.fsencode(path.readlink()))
    if stat.S_ISDIR(status.st_mode):
        return Node("folder", mode, *owner)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LIMIT_BYTES:
        return None
    data = path.read_bytes()
    if b"PRIVATE KEY-----" in data:
        return Node("file", mode, *owner, hashlib.sha256(data).digest(), secret=True)
    return Node("file", mode, *owner, data)


def _remove_new(path: Path, node: Node, makes: Callable[[Path], bool]) -> None:
    if node.kind == "link" or (node.kind == "file" and makes(path)):
        path.unlink(missing_ok=True)
    elif node.kind == "folder":
        with contextlib.suppress(OSError):  # somebody's files are in it
            path.rmdir()


def _put(path: Path, wanted: Node, current: Node | None) -> None:
    if wanted.kind == "folder":
        if current is not None and current.kind != "folder":  # never through a link in its place
            path.unlink()
        path.mkdir(exist_ok=True)
        os.chown(path, wanted.uid, wanted.gid)
        path.chmod(wanted.mode)
        return
    temporary = path.parent / files.temporary_name()
    try:
        _make(temporary, wanted)
        if current is not None and current.kind == "folder":
            path.rmdir()
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _make(temporary: Path, wanted: Node) -> None:
    if wanted.kind == "link":
        temporary.symlink_to(os.fsdecode(wanted.data))
        os.lchown(temporary, wanted.uid, wanted.gid)
        return
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(wanted.data)
        file.flush()
        os.fchown(descriptor, wanted.uid, wanted.gid)
        os.fchmod(descriptor, wanted.mode)
        os.fsync(descriptor)

"""One change of the policies: all of it or nothing, also when killed or out of disk space.

The truth is policies.json, replaced in one step. To add: the record, the certificate's file, then
policies.json; to remove, the other way round. So whatever a kill leaves is a file of ours that
policies.json does not name, and that is taken away.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platform_backends import certificates, files, steps
from platform_backends.base import StoreUnavailable, UnsafeFile
from platform_backends.firefox_policies import layout, record
from platform_backends.firefox_policies.document import Document
from platform_backends.firefox_policies.record import Record
from platform_backends.locks import locked

_OURS = re.compile(r"trustmgr-[a-z0-9-]+-[0-9a-f]{16}\.crt")


@contextmanager
def exclusive() -> Iterator[bool]:
    """The only writer; gives whether something that a kill interrupted was settled."""
    try:
        record.prepare()
        if os.path.realpath(layout.FOLDER) != str(layout.FOLDER):
            raise UnsafeFile(f"{layout.FOLDER} leads somewhere else.", "Nothing was changed.")
        with locked(layout.RECORDS):
            yield _settle()
    except OSError as error:
        raise files.failure(error, "change the policies of Firefox") from error


def read() -> Document:
    """policies.json as it is. Raises `StoreUnavailable`."""
    try:
        return Document.of(files.read_bounded(layout.FILE, layout.LIMIT))
    except FileNotFoundError:
        return Document(None)
    except (OSError, UnsafeFile) as error:
        why = getattr(error, "strerror", None) or "it is no plain file"
        raise StoreUnavailable(f"{layout.FILE} cannot be read: {why}.", "Ask its owner.") from error


def our_file(der: bytes) -> Path:
    """Where the file for a certificate goes."""
    return layout.FOLDER / certificates.safe_name(der)


def is_ours(path: Path) -> bool:
    """Whether this is exactly what this program writes for some certificate."""
    if path.parent != layout.FOLDER or not _OURS.fullmatch(path.name):
        return False
    try:
        data = files.read_bounded(path, layout.LIMIT, follow=False)
    except (OSError, UnsafeFile):
        return False
    found = certificates.all_in(data)
    return len(found) == 1 and path == our_file(found[0]) and data == certificates.pem(found[0])


def put(der: bytes) -> None:
    """Install one more certificate. Raises `UnsafeFile`, ``OSError``; then nothing was changed."""
    before, path = read(), our_file(der)
    if before.text is None and (hidden := _hidden()) is not None:
        raise UnsafeFile(
            f"As soon as {layout.FILE} is there, Firefox no longer reads {hidden}.",
            f"Nothing was changed. Copy it first: mkdir -p {layout.FOLDER} && cp {hidden} {layout.FILE}",
        )
    later, made = before.with_install(str(path))
    if files.regular(layout.FILE) is None and before.text is not None:
        raise UnsafeFile(f"{layout.FILE} is no plain file.", "Nothing was changed.")
    if files.regular(path) is not None:
        raise UnsafeFile(f"{path} is there and not named in {layout.FILE}.", "Move it away.")
    if record.read() is None:
        missing = [p for p in (layout.FOLDER, layout.FOLDER.parent) if not p.exists()]
        record.write(Record(made, tuple(str(p) for p in reversed(missing))))
    try:
        for folder in reversed([layout.FOLDER, layout.FOLDER.parent]):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o755)
                steps.reached(f"made {folder.name}")
        files.replace(path, certificates.pem(der))
        files.replace(layout.FILE, later.data or b"")
    except BaseException:
        _settle()
        raise


def _hidden() -> Path | None:
    """Policies of an installation that ours would hide."""
    found = (path for pattern in layout.WITH_INSTALLATIONS for path in Path("/").glob(pattern))
    return next(found, None)


def take(path: str) -> None:
    """Install one certificate less."""
    known = record.read()
    later = read().without_install(path, known.made if known else 0)
    if later.data is None:
        files.remove(layout.FILE)
    else:
        files.replace(layout.FILE, later.data)
    _settle()


def _settle() -> bool:
    """Take away what policies.json does not name; whether there was anything."""
    if not layout.FOLDER.is_dir():
        known = record.read()
        return known is not None and _clear(known)
    files.sweep(layout.FOLDER)
    try:
        named = set(read().installs)
    except StoreUnavailable:  # somebody else's mistake: what it names cannot be told
        return False
    left = [layout.FOLDER / name for name in sorted(os.listdir(layout.FOLDER))]  # noqa: PTH208
    orphans = [path for path in left if str(path) not in named and is_ours(path)]
    for path in orphans:
        files.remove(path)
    known = record.read()
    if known is not None and not any(is_ours(Path(one)) for one in named):
        _clear(known)
        return True
    return bool(orphans)


def _clear(known: Record) -> bool:
    for folder in reversed(known.folders):
        with contextlib.suppress(OSError):  # it holds something else by now
            Path(folder).rmdir()
    record.forget()
    return True

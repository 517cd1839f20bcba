"""Rows for a database, made by certutil in a database of its own, where nothing can be lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from platform_backends import files, steps
from platform_backends.base import Trust
from platform_backends.locks import locked
from platform_backends.nss import flags, objects, reading, tool

#: A row of key4.db's table metaData: id, item1, item2.
Meta = tuple[str, bytes, bytes]


@dataclass(frozen=True)
class Made:
    """The objects of one certificate (number -> attributes), and the signatures of their trust."""

    certificate: dict[int, reading.Row]
    trust: dict[int, reading.Row]
    signatures: tuple[Meta, ...]
    password: tuple[Meta, ...]


@contextmanager
def scratch(folder: Path) -> Iterator[tuple[Path, int]]:
    """A new folder for the user alone, inside `folder`, and the descriptor of a lock on it, for certutil to
    hold; `sweep` finds what a kill leaves of it."""
    place = folder / files.temporary_name()
    place.mkdir(mode=0o700)
    try:
        with locked(place) as lock:
            yield place, lock
    finally:
        shutil.rmtree(place, ignore_errors=True)


def sweep(folder: Path) -> bool:
    """Take away what killed changes left; whether there was anything. Only under the lock.

    A certutil that a killed change has left behind is waited for: without its files it would never end.
    """
    left = [path for path in folder.iterdir() if files.TEMPORARY.fullmatch(path.name)]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            with locked(path):
                shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return bool(left)


def create(folder: Path) -> None:
    """Put empty files where the database, or a part of it, is missing. Nothing is replaced."""
    missing = [n for n in (objects.KEYS, objects.CERTIFICATES) if files.regular(folder / n) is None]
    if not missing:
        return
    with scratch(folder) as (place, lock):
        tool.run(place, ["-N", "--empty-password"], lock)
        for name in missing:
            with suppress(FileExistsError):
                os.link(place / name, folder / name)
            steps.reached(f"created {name}")
    files.sync_folder(folder)


def rows(folder: Path, der: bytes, trust: Trust) -> Made:
    """What certutil would write into the database of `folder` for this certificate and trust.

    The new database gets the password check of the old one, so that the signatures are valid
    there, and no key. Raises `WriteFailed`, `StoreUnavailable`, ``sqlite3.Error``.
    """
    words = flags.words(trust, der)
    with scratch(folder) as (place, lock):
        steps.reached("scratch made")
        tool.run(place, ["-N", "--empty-password"], lock)
        _same_password(folder, place)
        file = place / "certificate.der"
        file.write_bytes(der)
        tool.run(place, ["-A", "-t", words, "-n", objects.nickname(der), "-i", str(file)], lock)
        steps.reached("certutil ran")
        return _all(place)


def _same_password(folder: Path, place: Path) -> None:
    with reading.reading(folder / objects.KEYS) as real:
        known = _meta(real, "password")
    with closing(sqlite3.connect(place / objects.KEYS, isolation_level=None)) as own:
        for row in known:
            own.execute("REPLACE INTO metaData VALUES (?, ?, ?)", row)


def _all(place: Path) -> Made:
    with reading.reading(place / objects.CERTIFICATES) as database:
        certificate = dict(reading.rows(database, objects.CERTIFICATE_CLASS))
        trust = {i: r for f in objects.FORMATS for i, r in reading.rows(database, f.kind)}
    with reading.reading(place / objects.KEYS) as database:
        signatures = [s for i in trust for s in _meta(database, objects.signatures_of(i))]
        return Made(certificate, trust, tuple(signatures), tuple(_meta(database, "password")))


def _meta(database: sqlite3.Connection, pattern: str) -> list[Meta]:
    query = "SELECT id, item1, item2 FROM metaData WHERE id GLOB ?"
    return list(database.execute(query, (pattern,)))

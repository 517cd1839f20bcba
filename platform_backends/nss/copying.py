"""A copy of a database for looking at it with another program, less everybody's private keys."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from platform_backends import files
from platform_backends.base import StoreUnavailable
from platform_backends.nss import objects, reading


def without_keys(folder: Path, place: Path) -> None:
    """Copy the certificates and their trust from `folder` into the empty folder `place`.

    Nothing when there is no database. Raises `StoreUnavailable`.
    """
    if any(files.regular(folder / n) is None for n in (objects.CERTIFICATES, objects.KEYS)):
        return
    try:
        _copy(folder / objects.CERTIFICATES, place)
        with reading.reading(folder / objects.KEYS) as source:
            schema = source.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
            ).fetchall()
            signatures = source.execute("SELECT id, item1, item2 FROM metaData").fetchall()
        with closing(sqlite3.connect(place / objects.KEYS)) as target, target:
            for (statement,) in schema:
                target.execute(statement)
            target.executemany("INSERT INTO metaData VALUES (?, ?, ?)", signatures)
    except sqlite3.Error as error:
        raise StoreUnavailable(
            f"{folder} cannot be read: {error}.", "Close the browser."
        ) from error


def _copy(path: Path, place: Path) -> None:
    with reading.reading(path) as source, closing(sqlite3.connect(place / path.name)) as target:
        source.backup(target)

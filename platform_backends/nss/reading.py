"""What a database holds, read through SQLite: exact bytes and exact trust, never by nickname."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from platform_backends import certificates, files
from platform_backends.base import Entry, Origin, StoreUnavailable, Trust
from platform_backends.nss import flags, objects

Row = dict[str, bytes]

#: Seconds to wait while a browser writes.
PATIENCE = 10.0

_LIMIT = 256 * 1024 * 1024


@dataclass(frozen=True)
class Held:
    """One certificate: its object, and the objects of its trust (one at most, in good databases)."""

    id: int
    der: bytes
    label: str
    trust_ids: tuple[int, ...]
    trust: Trust

    @property
    def ours(self) -> bool:
        """Whether it bears the name that this program gives: it holds the SHA-256."""
        return self.label == objects.nickname(self.der)


def entries(folder: Path) -> list[Entry]:
    """Every certificate; none when there is no database. Raises `StoreUnavailable`."""
    path = folder / objects.CERTIFICATES
    try:
        status = files.regular(path)
    except OSError as error:
        raise StoreUnavailable(
            f"{path} cannot be read: {error.strerror}.", "See to whom it belongs."
        ) from error
    if status is None:
        return []
    if status.st_size > _LIMIT:
        raise StoreUnavailable(f"{path} is too large to be read.", "Look at what is in it.")
    try:
        with reading(path) as database:
            found = held(database)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{path} cannot be read: {error}.", "Close the browser.") from error
    location = str(path)
    return [
        Entry(h.der, h.trust, Origin.THIS_PROGRAM if h.ours else Origin.USER, location)
        for h in found
    ]


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that writes nothing, unless a killed write is to be rolled back first."""
    killed = bool(journal_of(path)) and os.access(path, os.W_OK)
    mode = "rw" if killed else "ro"
    with closing(sqlite3.connect(uri(path, mode), uri=True, timeout=PATIENCE)) as database:
        yield database


def journal_of(path: Path) -> os.stat_result | None:
    """SQLite's journal beside a file, None when there is none. `UnsafeFile` for a link: it is not followed."""
    return files.regular(path.with_name(f"{path.name}-journal"))


def uri(path: Path, mode: str) -> str:
    """How SQLite is told to open an existing file: ``ro`` or ``rw``."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def held(database: sqlite3.Connection) -> list[Held]:
    """Every certificate that can be read, each once."""
    known: dict[tuple[bytes, bytes], list[tuple[int, Row]]] = {}
    for written in objects.FORMATS:
        for identity, row in rows(database, written.kind):
            known.setdefault(_key(row), []).append((identity, row))
    found: dict[bytes, Held] = {}
    for identity, row in rows(database, objects.CERTIFICATE_CLASS):
        der = row.get(objects.VALUE, b"")
        if row.get(objects.CERTIFICATE_TYPE) != objects.X509 or der in found:
            continue
        if certificates.parses(der):
            about = [(i, r) for i, r in known.get(_key(row), []) if _is_about(r, der)]
            trust = flags.trust(about[0][1]) if about else Trust()
            label = row.get(objects.LABEL, b"").decode(errors="replace")
            found[der] = Held(identity, der, label, tuple(i for i, _ in about), trust)
    return list(found.values())


def rows(database: sqlite3.Connection, kind: bytes) -> Iterator[tuple[int, Row]]:
    """The objects of one class: number, and the attributes that are there."""
    cursor = database.execute(f"SELECT * FROM nssPublic WHERE {objects.CLASS} = ?", (kind,))  # noqa: S608
    names = [description[0] for description in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        yield row.pop("id"), {name: v for name, v in row.items() if isinstance(v, bytes)}


def _key(row: Row) -> tuple[bytes, bytes]:
    return row.get(objects.ISSUER, b""), row.get(objects.SERIAL, b"")


def _is_about(row: Row, der: bytes) -> bool:
    """Trust is found by issuer and serial number; NSS then compares this hash too."""
    digest = next((row[f.digest] for f in objects.FORMATS if f.digest in row), b"")
    if len(digest) == 20:
        return digest == hashlib.sha1(der, usedforsecurity=False).digest()
    return len(digest) != 32 or digest == hashlib.sha256(der).digest()

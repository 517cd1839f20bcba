"""One change of a database: a single transaction over cert9.db and key4.db."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from platform_backends import files, steps
from platform_backends.base import RightsMissing, StoreError, UnsafeFile, WriteFailed
from platform_backends.locks import locked
from platform_backends.nss import making, objects, reading
from platform_backends.nss.making import Made

_SUPER = re.compile(re.escape(objects.CERTIFICATES) + "-mj[0-9A-F]{9}")


@contextmanager
def exclusive(folder: Path) -> Iterator[bool]:
    """The only writer of this program; what a kill left is gone. Gives whether there was any."""
    if folder.is_symlink():
        raise UnsafeFile(
            f"{folder} is a symbolic link.",
            "Nothing was changed. Put the folder itself there, or ask who made the link.",
        )
    try:
        with locked(folder):
            swept = making.sweep(folder)
            interrupted = _interrupted(folder)
            if interrupted:
                _take_back(folder)
            yield swept or interrupted
    except OSError as error:
        raise files.failure(error, f"change {folder}") from error
    except sqlite3.Error as error:
        raise _failure(error, folder) from error


@contextmanager
def transaction(folder: Path) -> Iterator[sqlite3.Connection]:
    """All of the block or nothing, whoever else has the database open; on the disk afterwards."""
    for name in (objects.CERTIFICATES, objects.KEYS):  # no link leads us elsewhere
        files.regular(folder / name)
        reading.journal_of(folder / name)
    path = folder / objects.CERTIFICATES
    connection = sqlite3.connect(
        reading.uri(path, "rw"), uri=True, timeout=reading.PATIENCE, isolation_level=None
    )
    with closing(connection) as database:
        database.execute("ATTACH ? AS keys", (reading.uri(folder / objects.KEYS, "rw"),))
        database.execute("BEGIN IMMEDIATE")
        steps.reached("begun")
        try:
            _clear_supers(folder)
            yield database
            steps.reached("written")
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            with suppress(sqlite3.Error, OSError):
                _tidy(database, folder)
            raise
        steps.reached("committed")


def _tidy(database: sqlite3.Connection, folder: Path) -> None:
    """A commit that fails for want of space leaves its super-journal, which needs no space to go."""
    if _supers(folder):
        database.execute("BEGIN IMMEDIATE")
        _clear_supers(folder)
        database.execute("COMMIT")


def _clear_supers(folder: Path) -> None:
    """Only within a transaction: nobody else is in a commit then, and nothing needs them."""
    for path in _supers(folder):
        path.unlink(missing_ok=True)


def _interrupted(folder: Path) -> bool:
    """Whether a killed commit, ours or a browser's, may have left something beside the files."""
    names = (objects.CERTIFICATES, objects.KEYS)
    if any(files.regular(folder / name) is None for name in names):
        return False
    return bool(_supers(folder)) or any(reading.journal_of(folder / name) for name in names)


def _take_back(folder: Path) -> None:
    """Have SQLite roll back what was interrupted. It then clears away when something is written."""
    with transaction(folder) as database:
        for schema in ("main", "keys"):
            (version,) = database.execute(f"PRAGMA {schema}.user_version").fetchone()
            database.execute(f"PRAGMA {schema}.user_version = {int(version)}")


def _supers(folder: Path) -> list[Path]:
    """What SQLite calls super-journals: the names of the files that are committed together."""
    return [path for path in folder.iterdir() if _SUPER.fullmatch(path.name)]


def is_free(database: sqlite3.Connection, made: Made) -> bool:
    """Whether no object has the numbers of these. Signatures are made for a number."""
    numbers = [*made.certificate, *made.trust]
    marks = ",".join("?" * len(numbers))
    query = f"SELECT count(*) FROM nssPublic WHERE id IN ({marks})"  # noqa: S608 - question marks
    return bool(database.execute(query, numbers).fetchone()[0] == 0)


def is_known(database: sqlite3.Connection, made: Made) -> bool:
    """Whether there is an object for another certificate of this issuer and serial number."""
    query = (
        f"SELECT count(*) FROM nssPublic WHERE {objects.ISSUER} = ? AND {objects.SERIAL} = ? "  # noqa: S608
        f"AND {objects.CLASS} IN (?, ?, ?)"
    )
    kinds = (objects.CERTIFICATE_CLASS, *(written.kind for written in objects.FORMATS))
    pairs = ((row[objects.ISSUER], row[objects.SERIAL]) for row in made.certificate.values())
    return any(database.execute(query, (*pair, *kinds)).fetchone()[0] for pair in pairs)


def insert(
    database: sqlite3.Connection, found: Mapping[int, reading.Row], made: Made | None = None
) -> None:
    """Put objects in; with `made`, the signatures of its trust too."""
    have = {row[1] for row in database.execute("PRAGMA main.table_info(nssPublic)")}
    for identity, row in found.items():
        for name in sorted(set(row) - have):  # as NSS does with a database of an older version
            database.execute(f'ALTER TABLE main.nssPublic ADD COLUMN "{name}"')
            have.add(name)
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        query = f"INSERT INTO main.nssPublic (id, {columns}) VALUES (?, {marks})"  # noqa: S608
        database.execute(query, (identity, *row.values()))
    if made is not None:
        _insert_meta(database, "IGNORE", made.password)
        _insert_meta(database, "REPLACE", made.signatures)


def delete(database: sqlite3.Connection, identities: Iterable[int]) -> None:
    """Take objects out, with the signatures of their trust."""
    for identity in identities:
        database.execute("DELETE FROM main.nssPublic WHERE id = ?", (identity,))
        pattern = objects.signatures_of(identity)
        database.execute("DELETE FROM keys.metaData WHERE id GLOB ?", (pattern,))


def _insert_meta(database: sqlite3.Connection, conflict: str, found: Iterable[making.Meta]) -> None:
    query = f"INSERT OR {conflict} INTO keys.metaData (id, item1, item2) VALUES (?, ?, ?)"  # noqa: S608
    database.executemany(query, list(found))


def _failure(error: sqlite3.Error, folder: Path) -> StoreError:
    said = str(error)
    if "locked" in said:
        return WriteFailed(
            f"Another program has been changing {folder} for too long.",
            "Close the browser, then retry.",
        )
    if "readonly" in said:
        if sys.platform != "win32" and os.statvfs(folder).f_flag & os.ST_RDONLY:
            return files.failure(OSError(errno.EROFS, said), f"change {folder}")
        return RightsMissing(f"{folder} may not be written.", "See to whom it belongs.")
    return WriteFailed(f"{folder} could not be changed: {said}.", "Free some space and try again.")

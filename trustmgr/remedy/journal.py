"""The journal: every change is on disk here before a store is touched.

One SQLite table, ``synchronous=EXTRA`` (`FULL`, and the folder too: https://sqlite.org/pragma.html),
so a change that was committed is there after a power cut.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from platform_backends.base import Operation, Origin, Trust
from trustmgr import paths
from trustmgr.errors import ExitCode, TrustManagerError
from trustmgr.remedy.change import Change, State

__all__ = ["Change", "Journal", "JournalUnusable", "State", "open_journal"]

_FILE = "journal.sqlite3"
_VERSION = 1
_BUSY = 5.0  # seconds
_SCHEMA = """
CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plan TEXT NOT NULL,
    at TEXT NOT NULL,
    store TEXT NOT NULL,
    store_title TEXT NOT NULL,
    operation TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    subject TEXT NOT NULL,
    der BLOB NOT NULL,
    trust_before TEXT,
    origin_before TEXT,
    trust_after TEXT,
    force INTEGER NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    who TEXT NOT NULL,
    undoes INTEGER REFERENCES changes (id)
);
CREATE INDEX changes_state ON changes (state);
"""
#: Came later; versions that do not know it need not.
_AROUND = """CREATE TABLE IF NOT EXISTS around (
    review TEXT NOT NULL,
    store TEXT NOT NULL,
    left_out INTEGER NOT NULL,
    PRIMARY KEY (review, store)
)"""
_COLUMNS = (
    "id, plan, at, store, store_title, operation, sha256, subject, der, trust_before, "
    "origin_before, trust_after, force, state, message, who, undoes"
)


class JournalUnusable(TrustManagerError):
    """The journal is damaged, read-only, or from a newer version."""


@contextmanager
def open_journal(*, write: bool = False) -> Iterator[Journal]:
    """The journal, closed at the end of the block. Reading creates nothing on disk.

    Raises `JournalUnusable`, also for what goes wrong inside the block, and `StateUnusable`.
    """
    path = (paths.ensure_state_dir() if write else paths.state_dir()) / _FILE
    try:
        connection = _connect(path, write)
        try:
            yield Journal(connection)
        finally:
            connection.close()
    except JournalUnusable as error:
        _tell_apart(error, write)
        raise
    except sqlite3.Error as error:
        raise _tell_apart(_unusable(path, str(error)), write) from error
    except OSError as error:
        if error.filename not in (path, str(path)):
            raise
        raise paths.unusable(path, error) from error


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    if write and not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    # A file is opened for writing also to read it: only so can SQLite finish what a crash left.
    where = f"{path.as_uri()}?mode=rw" if path.exists() else ":memory:"
    connection = sqlite3.connect(where, uri=True, timeout=_BUSY, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=EXTRA")
        _prepare(connection, path, write)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, write: bool) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        with _transaction(connection):
            # Somebody else may have been faster.
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={_VERSION}")
    elif version != _VERSION:
        raise JournalUnusable(
            f"The journal {path} was written by another version of Trust Manager.",
            "Nothing was changed. Use that version, or name another folder in TRUSTMGR_HOME.",
        )
    if write:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise _unusable(path, "it is damaged")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _unusable(path: Path, reason: str) -> JournalUnusable:
    locked = "Another program uses it: wait until it has finished, and try again."
    return JournalUnusable(
        f"The journal {path} cannot be used ({reason}).",
        locked
        if "locked" in reason
        else "No store was changed. Free disk space or rights there; if the file is damaged, move it "
        "away and a new one is begun.",
    )


def _tell_apart(error: JournalUnusable, write: bool) -> JournalUnusable:
    """A change that could not be written down was not begun: it failed."""
    if write:
        error.exit_code = ExitCode.ROLLED_BACK
    return error


class Journal:
    """The open journal. Every method that writes returns after the disk has it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Write down changes before they are made, all or none; the answer has their ids."""
        ids: list[int] = []
        with _transaction(self._connection):
            for change in changes:
                row = _to_row(change)
                marks = ", ".join("?" * len(row))
                columns = _COLUMNS.removeprefix("id, ")
                cursor = self._connection.execute(
                    f"INSERT INTO changes ({columns}) VALUES ({marks})",  # noqa: S608 - our own names
                    row,
                )
                ids.append(int(cursor.lastrowid or 0))
        return tuple(self.change(identity) for identity in ids)

    def settle(self, states: Iterable[tuple[Change, State, str]]) -> None:
        """Record where changes stand now. A finished undo marks what it took back as undone."""
        with _transaction(self._connection):
            for change, state, message in states:
                self._connection.execute(
                    "UPDATE changes SET state=?, message=? WHERE id=?",
                    (state.value, message, change.id),
                )
                if change.undoes is not None and state is State.DONE:
                    self._connection.execute(
                        "UPDATE changes SET state=? WHERE id=?",
                        (State.UNDONE.value, change.undoes),
                    )

    def note(self, review: str, stores: Iterable[str], *, left_out: bool = False) -> None:
        """Remember which stores there were beside those of a review, or are to be left out of it."""
        with _transaction(self._connection):
            self._connection.execute(_AROUND)
            self._connection.executemany(
                "INSERT OR REPLACE INTO around VALUES (?, ?, ?)",
                [(review, store, int(left_out)) for store in stores],
            )

    def noted(self) -> dict[str, dict[str, bool]]:
        """Review -> the stores that there were; whether one is to be left out."""
        found: dict[str, dict[str, bool]] = {}
        tables = "SELECT count(*) FROM sqlite_master WHERE name='around'"
        if self._connection.execute(tables).fetchone()[0]:
            for review, store, left_out in self._connection.execute("SELECT * FROM around"):
                found.setdefault(str(review), {})[str(store)] = bool(left_out)
        return found

    def changes(self) -> tuple[Change, ...]:
        """All, newest first."""
        return self._select("ORDER BY id DESC")

    def change(self, identity: int) -> Change:
        """One by its id. Raises `KeyError`."""
        found = self._select("WHERE id=?", identity)
        if not found:
            raise KeyError(identity)
        return found[0]

    def unfinished(self) -> tuple[Change, ...]:
        """Every change of the plans that have a pending one, newest first."""
        return self._select(
            "WHERE plan IN (SELECT plan FROM changes WHERE state=?) ORDER BY id DESC",
            State.PENDING.value,
        )

    def _select(self, rest: str, *values: object) -> tuple[Change, ...]:
        cursor = self._connection.execute(
            f"SELECT {_COLUMNS} FROM changes {rest}",  # noqa: S608 - `rest` is one of the above
            values,
        )
        try:
            return tuple(_from_row(row) for row in cursor)
        except (ValueError, KeyError, TypeError) as error:
            raise sqlite3.DatabaseError(f"a row does not parse: {error}") from error


def _to_row(change: Change) -> tuple[object, ...]:
    return (
        change.plan,
        change.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        change.store,
        change.store_title,
        change.operation.value,
        change.sha256,
        change.subject,
        change.der,
        _trust_text(change.trust_before),
        change.origin_before.value if change.origin_before else None,
        _trust_text(change.trust_after),
        int(change.force),
        change.state.value,
        change.message,
        change.who,
        change.undoes,
    )


def _from_row(row: tuple[object, ...]) -> Change:
    return Change(
        id=int(str(row[0])),
        plan=str(row[1]),
        at=datetime.fromisoformat(str(row[2])),
        store=str(row[3]),
        store_title=str(row[4]),
        operation=Operation(str(row[5])),
        sha256=str(row[6]),
        subject=str(row[7]),
        der=row[8] if isinstance(row[8], bytes) else b"",
        trust_before=_trust(row[9]),
        origin_before=Origin(str(row[10])) if row[10] else None,
        trust_after=_trust(row[11]),
        force=bool(row[12]),
        state=State(str(row[13])),
        message=str(row[14]),
        who=str(row[15]),
        undoes=int(str(row[16])) if row[16] is not None else None,
    )


def _trust_text(trust: Trust | None) -> str | None:
    return None if trust is None else json.dumps(trust.to_json())


def _trust(text: object) -> Trust | None:
    return None if text is None else Trust.from_json(json.loads(str(text)))

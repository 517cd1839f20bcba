"""The changes of a database: found again, decided and read back within the transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from platform_backends import files
from platform_backends.base import (
    Decision,
    EntryNotFound,
    NotOurs,
    Purpose,
    Trust,
    TrustNotSupported,
    WriteFailed,
)
from platform_backends.nss import change, making, reading

_TRIES = 5  # for a free number, of four thousand million


def add(folder: Path, der: bytes, trust: Trust) -> bool:
    """Trust a certificate; whether anything changed. The database is created if there is none."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise files.failure(error, f"create {folder}") from error
    with change.exclusive(folder):
        making.create(folder)
        for _ in range(_TRIES):
            made = making.rows(folder, der, trust)
            with change.transaction(folder) as database:
                held = _find(database, hashlib.sha256(der).hexdigest())
                if held is not None and _fulfils(held, trust):
                    return False
                if not change.is_free(database, made):
                    continue
                if held is not None:
                    _retrust(database, held, made)
                else:
                    _add(database, made)
                _check(database, der, trust)
                return True
    raise _no_number()


def remove(folder: Path, sha256: str, *, force: bool) -> bool:
    """Take out a certificate, its trust and the signatures of it; whether it was there."""
    with change.exclusive(folder):
        making.create(folder)
        with change.transaction(folder) as database:
            held = _find(database, sha256)
            if held is None:
                return False
            if not held.ours and not force:
                raise NotOurs(
                    f"This program did not add “{_plain(held.label)}” to {folder}.",
                    "Use force to remove it all the same.",
                )
            change.delete(database, (held.id, *held.trust_ids))
    return True


def set_trust(folder: Path, der: bytes, trust: Trust) -> bool:
    """Change the trust of a certificate that is there; whether anything changed."""
    with change.exclusive(folder):
        making.create(folder)
        for _ in range(_TRIES):
            made = making.rows(folder, der, trust)
            with change.transaction(folder) as database:
                held = _find(database, hashlib.sha256(der).hexdigest())
                if held is None:
                    raise not_found(folder)
                if held.trust == trust:
                    return False
                if not change.is_free(database, made):
                    continue
                _retrust(database, held, made)
                _check(database, der, trust)
                return True
    raise _no_number()


def settle(folder: Path) -> bool:
    """Take away what a kill left; whether there was anything."""
    with change.exclusive(folder) as left:
        return left


def not_found(folder: Path) -> EntryNotFound:
    """What is said of a certificate that is not there."""
    return EntryNotFound(f"{folder} holds no such certificate.", "Import it first.")


def _find(database: sqlite3.Connection, sha256: str) -> reading.Held | None:
    everything = reading.held(database)
    return next((h for h in everything if hashlib.sha256(h.der).hexdigest() == sha256), None)


def _fulfils(held: reading.Held, wanted: Trust) -> bool:
    """Whether the wish is granted. Raises `TrustNotSupported` for other people's, if it is not."""
    if held.trust == wanted:
        return True
    decided = [p for p in Purpose if wanted.decision(p) is not Decision.UNSPECIFIED]
    if not held.ours and all(held.trust.decision(p) is wanted.decision(p) for p in decided):
        return True
    if not held.ours:
        raise TrustNotSupported(
            f"“{_plain(held.label)}” is there already, with another trust, and is not this program's.",
            "Change its trust instead of importing it.",
        )
    return False


def _add(database: sqlite3.Connection, made: making.Made) -> None:
    if change.is_known(database, made):
        raise WriteFailed(
            "The database knows another certificate of the same issuer and serial number.",
            "Remove that one first; NSS cannot tell them apart.",
        )
    change.insert(database, made.certificate)
    change.insert(database, made.trust, made)


def _retrust(database: sqlite3.Connection, held: reading.Held, made: making.Made) -> None:
    change.delete(database, held.trust_ids)
    change.insert(database, made.trust, made)


def _check(database: sqlite3.Connection, der: bytes, wanted: Trust) -> None:
    """Read back before it counts."""
    held = _find(database, hashlib.sha256(der).hexdigest())
    if held is None or held.trust != wanted:
        raise WriteFailed(
            "certutil did not record the trust that was asked for.", "Nothing changed."
        )


def _no_number() -> WriteFailed:
    return WriteFailed("No free number was found in the database.", "Try again.")


def _plain(label: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in label)[:80]

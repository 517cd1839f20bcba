"""The store of one database: what is added to it, removed from it or distrusted in it."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from platform_backends import certificates
from platform_backends.base import (
    Availability,
    Decision,
    Entry,
    EntryNotFound,
    NotOurs,
    Operation,
    Privilege,
    Purpose,
    Scope,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    WriteFailed,
)
from platform_backends.nss import change, flags, making, objects, reading, tool
from platform_backends.nss.places import Place

_TRIES = 5  # for a free number, of four thousand million


class NssStore:
    """Certificates that one browser, or one profile, trusts besides those that it brings along."""

    scope = Scope.TOOL
    privilege = Privilege.NONE

    def __init__(self, place: Place) -> None:
        self.id = place.id
        self.title = place.title
        self.folder = place.folder
        self.path = place.folder / objects.CERTIFICATES

    def availability(self) -> Availability:
        """Available when it can be read; when it cannot be changed, the reason says so."""
        there = os.path.lexists(self.path)
        if there and not os.access(self.path, os.R_OK):
            return Availability(False, f"{self.path} cannot be read.", "See to whom it belongs.")
        if tool.find() is None:
            reason = f"{tool.MISSING} Only reading works." if there else tool.MISSING
            return Availability(there, reason, tool.INSTALL)
        return Availability(True)

    def entries(self) -> Sequence[Entry]:
        """Every certificate of the database; none before there is one."""
        return tuple(reading.entries(self.folder))

    def effective_trust(self, wanted: Trust) -> Trust:
        """The wish, except that TLS servers and clients are distrusted together."""
        return flags.effective(wanted)

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The file that changes, and what certutil makes for it."""
        what = {
            Operation.ADD: f"Add {reading.nickname(der)} to",
            Operation.REMOVE: "Take the certificate out of",
            Operation.SET_TRUST: "Change the trust of the certificate in",
        }
        made = () if operation is Operation.REMOVE else ("Run certutil in a folder of its own",)
        return (*made, f"{what[operation]} {self.path}")

    def add(self, der: bytes, trust: Trust) -> bool:
        """Trust a certificate. The database is created if there is none."""
        der = certificates.single(der)
        effective = self.effective_trust(trust)
        self._require()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with change.exclusive(self.folder):
            making.create(self.folder)
            for _ in range(_TRIES):
                made = making.rows(self.folder, der, effective)
                with change.transaction(self.folder) as database:
                    held = _find(database, hashlib.sha256(der).hexdigest())
                    if held is not None and _fulfils(held, effective):
                        return False
                    if not change.is_free(database, made):
                        continue
                    if held is not None:
                        _retrust(database, held, made)
                    else:
                        _add(database, made)
                    _check(database, der, effective)
                    return True
        raise WriteFailed("No free number was found in the database.", "Try again.")

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Take out the certificate, its trust and the signatures of it."""
        if not self.path.exists():
            return False
        with change.exclusive(self.folder):
            making.create(self.folder)
            with change.transaction(self.folder) as database:
                held = _find(database, sha256)
                if held is None:
                    return False
                if not held.ours and not force:
                    raise NotOurs(
                        f"This program did not add “{_plain(held.label)}” to {self.title}.",
                        "Use force to remove it all the same.",
                    )
                change.delete(database, (held.id, *held.trust_ids))
        return True

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Change the trust of a certificate, whoever added it; no trust at all is one too."""
        effective = trust if trust == Trust() else self.effective_trust(trust)
        entry = next((e for e in self.entries() if e.sha256 == sha256), None)
        if entry is None:
            raise _not_found(self.title)
        self._require()
        with change.exclusive(self.folder):
            making.create(self.folder)
            for _ in range(_TRIES):
                made = making.rows(self.folder, entry.der, effective)
                with change.transaction(self.folder) as database:
                    held = _find(database, sha256)
                    if held is None:
                        raise _not_found(self.title)
                    if held.trust == effective:
                        return False
                    if not change.is_free(database, made):
                        continue
                    _retrust(database, held, made)
                    _check(database, entry.der, effective)
                    return True
        raise WriteFailed("No free number was found in the database.", "Try again.")

    def settle(self) -> bool:
        """Take away what a kill left; every change does so first. Whether there was anything."""
        if not self.folder.is_dir():
            return False
        interrupted = change.interrupted(self.folder) and (self.folder / objects.KEYS).exists()
        with change.exclusive(self.folder) as swept:
            if interrupted:
                change.take_back(self.folder)
        return swept or interrupted

    def _require(self) -> None:
        found = self.availability()
        if not found.available or found.reason:
            raise StoreUnavailable(found.reason, found.fix)


class NoProfileYet(NssStore):
    """Stands for Firefox until it has a profile; it can only say what to do."""

    def __init__(self, homes: Mapping[str, Path]) -> None:
        super().__init__(Place("nss.firefox", "Firefox", next(iter(homes.values()))))
        self._searched = ", ".join(str(folder) for folder in homes.values())

    def availability(self) -> Availability:
        """Never available: says where profiles were looked for."""
        return Availability(
            False,
            f"Firefox has no profile yet (searched {self._searched}).",
            "Start Firefox once, then try again.",
        )

    def entries(self) -> Sequence[Entry]:
        """Raises `StoreUnavailable`."""
        found = self.availability()
        raise StoreUnavailable(found.reason, found.fix)


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


def _not_found(title: str) -> EntryNotFound:
    return EntryNotFound(f"{title} holds no such certificate.", "Import it first.")


def _plain(label: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in label)[:80]

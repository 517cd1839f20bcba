"""The store of one database: what is added to it, removed from it or distrusted in it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from platform_backends import certificates
from platform_backends.base import (
    Availability,
    Entry,
    Operation,
    Origin,
    Privilege,
    Scope,
    StoreUnavailable,
    Trust,
)
from platform_backends.nss import flags, objects, tool
from platform_backends.nss.objects import nickname
from platform_backends.nss.places import Place, is_folder


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
        closed = is_folder(self.folder) and not os.access(self.folder, os.R_OK | os.X_OK)
        if closed or (there and not os.access(self.path, os.R_OK)):
            return Availability(False, f"{self.path} cannot be read.", "See to whom it belongs.")
        if tool.find() is None:
            reason = f"{tool.MISSING} Only reading works." if there else tool.MISSING
            return Availability(there, reason, tool.INSTALL)
        return Availability(True)

    def entries(self) -> Sequence[Entry]:
        """Every certificate of the database; none before there is one."""
        from platform_backends.nss import reading

        return tuple(map(self._told_by_policy, reading.entries(self.folder)))

    def _told_by_policy(self, entry: Entry) -> Entry:
        """Firefox copies what a policy installs, with a trust that tells."""
        copied = self.id.startswith("nss.firefox.") and entry.trust == flags.BY_POLICY
        if not copied or entry.origin is Origin.THIS_PROGRAM:
            return entry
        return replace(entry, origin=Origin.POLICY)

    def effective_trust(self, wanted: Trust) -> Trust:
        """The wish, except that TLS servers and clients are distrusted together."""
        return flags.effective(wanted)

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The file that changes, and what certutil makes for it."""
        what = {
            Operation.ADD: f"Add {nickname(der)} to",
            Operation.REMOVE: "Take the certificate out of",
            Operation.SET_TRUST: "Change the trust of the certificate in",
        }
        made = () if operation is Operation.REMOVE else ("Run certutil in a folder of its own",)
        return (*made, f"{what[operation]} {self.path}")

    def add(self, der: bytes, trust: Trust) -> bool:
        """Trust a certificate. The database is created if there is none."""
        from platform_backends.nss import edits

        der = certificates.single(der)
        effective = self.effective_trust(trust)
        self._require()
        return edits.add(self.folder, der, effective)

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Take out the certificate, its trust and the signatures of it. Needs no certutil."""
        from platform_backends.nss import edits

        return os.path.lexists(self.path) and edits.remove(self.folder, sha256, force=force)

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Change the trust of a certificate, whoever added it; no trust at all is one too."""
        from platform_backends.nss import edits

        effective = trust if trust == Trust() else self.effective_trust(trust)
        entry = next((e for e in self.entries() if e.sha256 == sha256), None)
        if entry is None:
            raise edits.not_found(self.folder)
        self._require()
        return edits.set_trust(self.folder, entry.der, effective)

    def settle(self) -> bool:
        """Take away what a kill left; every change does so first. Whether there was anything."""
        from platform_backends.nss import edits

        return is_folder(self.folder) and edits.settle(self.folder)

    def _require(self) -> None:
        found = self.availability()
        if not found.available or found.reason:
            raise StoreUnavailable(found.reason, found.fix)


class NoProfileYet(NssStore):
    """Stands for Firefox until it has a profile; it can only say what to do."""

    def __init__(self, homes: Mapping[str, Path]) -> None:
        super().__init__(Place("nss.firefox", "Firefox", next(iter(homes.values()))))
        home = f"{Path.home()}/"
        self._searched = ", ".join(str(h).replace(home, "~/", 1) for h in homes.values())

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

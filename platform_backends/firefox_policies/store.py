"""The policies of Firefox as a store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from platform_backends import certificates, files, rights
from platform_backends.base import (
    Availability,
    Decision,
    Entry,
    EntryNotFound,
    NotOurs,
    Operation,
    Origin,
    Privilege,
    Purpose,
    RightsMissing,
    Scope,
    StoreError,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    UnsafeFile,
)
from platform_backends.firefox_policies import change, layout
from platform_backends.nss import profiles
from platform_backends.nss.flags import BY_POLICY


class FirefoxPoliciesStore:
    """Certificates that every Firefox of this machine installs at its start, whoever starts it."""

    id = "firefox.policies"
    title = "Firefox, by policy for all users"
    scope = Scope.TOOL
    #: Firefox copies what is installed into the stores whose ids begin so.
    copied_to = "nss.firefox."

    @property
    def privilege(self) -> Privilege:
        """None when already root."""
        return Privilege.NONE if rights.is_administrator() else Privilege.ADMINISTRATOR

    def availability(self) -> Availability:
        """Available where a Firefox reads it and the file is one that Firefox would read."""
        if not profiles.reads_policies():
            return Availability(
                False,
                f"No Firefox here reads {layout.FOLDER} (one from flatpak looks elsewhere).",
                "Use the store of the profile instead.",
            )
        try:
            change.read()
        except StoreError as error:
            return Availability(False, error.sentence, error.next_step)
        return Availability(True)

    def entries(self) -> Sequence[Entry]:
        """Every certificate that ``Install`` names and that can be read, each once."""
        found: dict[bytes, Entry] = {}
        for path in map(_found, change.read().installs):
            if path is not None and (der := _certificate(path)) is not None and der not in found:
                origin = Origin.THIS_PROGRAM if change.is_ours(path) else Origin.ADMINISTRATOR
                found[der] = Entry(der, BY_POLICY, origin, str(path))
        return tuple(found.values())

    def presumed(self) -> bool:
        """Whether they install nothing: then no Firefox misses anything in them."""
        return not change.read().installs

    def effective_trust(self, wanted: Trust) -> Trust:
        """What Firefox makes of an installed certificate: trusted for TLS and e-mail."""
        if wanted.server_auth is not Decision.TRUSTED or any(
            wanted.decision(purpose) is Decision.DISTRUSTED for purpose in Purpose
        ):
            raise TrustNotSupported(
                "The policies of Firefox only install certificates that are trusted for servers.",
                "Import for server-auth, or distrust it in the profile's own store.",
            )
        return BY_POLICY

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The files; and what Firefox does with them."""
        path = change.our_file(der)
        if operation is Operation.ADD:
            return (
                f"Write {path}",
                f"Name it in policies.Certificates.Install of {layout.FILE}",
                "Each profile of every user copies it when Firefox is started next",
            )
        return (
            f"Take it out of {layout.FILE} and remove {path}",
            "Profiles that have copied it keep it until it is removed there: yours are looked at, "
            "those of other users are not",
        )

    def add(self, der: bytes, trust: Trust) -> bool:
        """One file of ours, named in the policies; nothing when they install the certificate already."""
        der = certificates.single(der)
        self.effective_trust(trust)
        if not certificates.is_authority(der):
            raise TrustNotSupported(
                "The policies of Firefox install authorities only.",
                "Import it into the store of the profile instead.",
            )
        self._require()
        with change.exclusive():
            if any(entry.der == der for entry in self.entries()):
                return False
            change.put(der)
        return True

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Out of the policies; with `force` also what others named there, whose file stays."""
        self._require()
        with change.exclusive():
            named = [n for n in change.read().installs if _sha256(n) == sha256]
            if not named:
                return False
            ours = [n for n in named if change.is_ours(Path(n))]
            if not ours and not force:
                raise NotOurs(
                    f"This program did not name {named[0]} in {layout.FILE}.",
                    "Use force to take it out all the same.",
                )
            for name in named if force else ours:
                change.take(name)
        return True

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """There is one trust alone: False, or `TrustNotSupported`."""
        if not any(entry.sha256 == sha256 for entry in self.entries()):
            raise EntryNotFound("The policies install no such certificate.", "Import it first.")
        self.effective_trust(trust)
        return False

    def settle(self) -> bool:
        """Take away what a kill left; every change does so first. Whether there was anything."""
        if not os.path.lexists(layout.RECORDS):
            return False
        self._require_root()
        with change.exclusive() as settled:
            return settled

    def _require(self) -> None:
        self._require_root()
        found = self.availability()
        if not found.available:
            raise StoreUnavailable(found.reason, found.fix)

    def _require_root(self) -> None:
        if not rights.is_administrator():
            raise RightsMissing(
                "Only an administrator may change the policies of Firefox.",
                "Run the command with sudo.",
            )


def _found(name: str) -> Path | None:
    """The file behind a name, as Firefox finds it."""
    if name.startswith("/"):
        return Path(name)
    return next((p for p in _searched(name) if p.is_file()), None)


def _searched(name: str) -> Iterator[Path]:
    if "/" not in name and "\0" not in name:
        yield from (folder / name for folder in layout.SEARCHED)


def _certificate(path: Path) -> bytes | None:
    """The one certificate of a file that Firefox would read: DER, or PEM with nothing before it.

    Firefox 153 ESR installs nothing from a file that holds several, or begins with a comment.
    """
    try:
        data = files.read_bounded(path, layout.LIMIT)
    except (OSError, UnsafeFile, ValueError):
        return None
    found = certificates.all_in(data)
    plain = data.lstrip().startswith(b"-----BEGIN ") or b"-----BEGIN " not in data
    return found[0] if len(found) == 1 and plain else None


def _sha256(name: str) -> str:
    path = _found(name)
    der = _certificate(path) if path is not None else None
    return hashlib.sha256(der).hexdigest() if der is not None else ""

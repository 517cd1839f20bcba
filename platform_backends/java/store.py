"""The store itself: one keystore, and the Javas that read it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from platform_backends import certificates, files
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
    WriteFailed,
)
from platform_backends.java import kinds
from platform_backends.java.homes import Home
from platform_backends.java.keystore import Held, Keystore, NotAKeystore, WrongPassword
from platform_backends.locks import locked

#: Where the password is looked for when it is not the one that every Java comes with.
PASSWORD = "TRUSTMGR_JAVA_PASSWORD"  # noqa: S105
_USUAL = "changeit"

_TRUSTED = Trust.everything(Decision.TRUSTED)

#: The largest keystore that is read, in bytes. Debian's has 170 kB.
_LIMIT = 16 * 1024 * 1024

#: Aliases of ca-certificates-java, of OpenJDK's own build, and where an administrator's files are.
_DEBIAN, _JDK = "debian:", " [jdk]"
_LOCAL = Path("/usr/local/share/ca-certificates")

_CHANGE = Callable[[Keystore], "tuple[bytes, AbstractSet[Held]] | None"]


class JavaStore:
    """What the Java programs of some Javas trust, unless they bring a keystore of their own."""

    scope = Scope.TOOL

    def __init__(self, file: Path, using: Sequence[Home]) -> None:
        self.path = file
        self._using = tuple(using)
        self.id = f"java.{hashlib.sha256(os.fsencode(file)).hexdigest()[:12]}"

    @property
    def title(self) -> str:
        """Versions and folders."""
        names = ", ".join(f"{home.version} in {home.path}".strip() for home in self._using)
        shared = f" (all read {self.path})" if len(self._using) > 1 else ""
        fed = ", fed by the system's certificates" if _feeder(self.path) else ""
        return f"Java {names}{shared}{fed}"

    @property
    def privilege(self) -> Privilege:
        """None when the file and its folder may be written."""
        return Privilege.NONE if self._writable() else Privilege.ADMINISTRATOR

    def availability(self) -> Availability:
        """Available when it can be read with the password that we have."""
        try:
            hidden = sum(not held.readable for held in self._held(self._load()[1]))
        except StoreError as error:
            return Availability(False, error.sentence, error.next_step)
        if feeder := _feeder(self.path):
            return Availability(True, feeder, "Change the system's store to change both.")
        if hidden:
            return Availability(
                True,
                f"Java opens {self.path} without its password, and so does not trust the {hidden} "
                "certificates that are encrypted in it.",
                "Import those that are needed: this program adds them so that Java reads them.",
            )
        return Availability(True)

    def entries(self) -> Sequence[Entry]:
        """Every trusted certificate; unspecified is the trust of one that Java cannot read.

        Keys that somebody keeps in the same file are none.
        """
        return tuple(
            Entry(
                held.der,
                _TRUSTED if held.readable else Trust(),
                _origin(held),
                self._location(held.alias),
            )
            for held in self._held(self._load()[1])
        )

    def effective_trust(self, wanted: Trust) -> Trust:
        """Trusted for everything: Java asks no more of a certificate in this file."""
        decisions = {wanted.decision(purpose) for purpose in Purpose} - {Decision.UNSPECIFIED}
        if decisions != {Decision.TRUSTED}:
            raise TrustNotSupported(
                "Java's keystore can trust a certificate, for everything, but not distrust one.",
                "Remove the certificate instead: trustmgr remove.",
            )
        return _TRUSTED

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The one entry of the one file."""
        verb = "Remove from" if operation is Operation.REMOVE else "Write"
        return (f"{verb} {self._location(_alias(der))}",)

    def add(self, der: bytes, trust: Trust) -> bool:
        """One entry of ours; nothing when this Java already trusts the certificate."""
        der = certificates.single(der)
        self.effective_trust(trust)
        new = Held(_alias(der), der)

        def change(keystore: Keystore) -> tuple[bytes, AbstractSet[Held]] | None:
            held = self._held(keystore)
            if any(h.der == der and h.readable for h in held):
                return None
            if any(h.alias == new.alias for h in held):
                raise UnsafeFile(
                    f"{self._location(new.alias)} is not this program's.",
                    "Nothing was changed. Delete or rename that alias with keytool.",
                )
            return keystore.plus(new), {*held, new}

        return self._change(change)

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Take our entry out; with `force`, everybody's of this certificate."""

        def change(keystore: Keystore) -> tuple[bytes, AbstractSet[Held]] | None:
            held = self._held(keystore)
            same = {h for h in held if h.sha256 == sha256}
            gone = same if force else {h for h in same if _is_ours(h)}
            if not same:
                return None
            if not gone:
                raise NotOurs(
                    f"This program did not add {self._location(min(h.alias for h in same))}.",
                    "Use force to remove it all the same.",
                )
            return keystore.minus(gone), {*held} - gone

        return self._change(change)

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Nothing to change: what is there is trusted for everything."""
        self.effective_trust(trust)
        same = [entry for entry in self.entries() if entry.sha256 == sha256]
        if not same:
            raise EntryNotFound(f"{self.path} holds no such certificate.", "Import it first.")
        if all(entry.trust != _TRUSTED for entry in same):
            raise TrustNotSupported(
                f"{same[0].location} is encrypted, so Java does not read it.",
                "Import the certificate: it is added so that Java reads it.",
            )
        return False

    def settle(self) -> bool:
        """Take away what a kill left; every change does so first. Whether there was anything."""
        folder = self.path.parent
        if not folder.is_dir() or not any(
            files.TEMPORARY.fullmatch(p.name) for p in folder.iterdir()
        ):
            return False
        try:
            with locked(folder):
                files.sweep(folder)
        except OSError as error:
            raise files.failure(error, f"change {folder}") from error
        return True

    def _change(self, change: _CHANGE) -> bool:
        """One rename is the whole change, so a kill leaves the file of before or of after."""
        if not self._writable():
            if not self.path.exists():
                self._load()
            raise RightsMissing(
                f"{self.path} may not be changed by this user.", "Run the command with sudo."
            )
        try:
            with locked(self.path.parent):
                files.sweep(self.path.parent)
                before, keystore = self._load()
                try:
                    changed = change(keystore)
                except WrongPassword as error:
                    raise self._wrong_password() from error
                except ValueError as error:
                    raise self._not_understood(error) from error
                if changed is None:
                    return False
                self._replace(before, *changed)
        except OSError as error:
            raise files.failure(error, f"write {self.path}") from error
        return True

    def _replace(self, before: bytes, data: bytes, expected: AbstractSet[Held]) -> None:
        if set(kinds.load(data, _password()).held) != expected:
            raise WriteFailed(f"{self.path} would not have held what it should.", "Report this.")
        if self._read() != before:
            raise WriteFailed(
                f"Another program has just changed {self.path}.", "Nothing was written. Try again."
            )
        files.replace(self.path, data)

    def _load(self) -> tuple[bytes, Keystore]:
        try:
            data = self._read()
            return data, kinds.load(data, _password())
        except NotAKeystore as error:
            raise self._not_understood(error) from error
        except FileNotFoundError as error:
            raise StoreUnavailable(
                f"{self.path} is missing, so this Java trusts nobody.", "Install this Java again."
            ) from error
        except OSError as error:
            raise StoreUnavailable(f"{self.path} cannot be read: {error.strerror}.") from error

    def _held(self, keystore: Keystore) -> tuple[Held, ...]:
        try:
            return keystore.held
        except WrongPassword as error:
            raise self._wrong_password() from error
        except ValueError as error:
            raise self._not_understood(error) from error

    def _read(self) -> bytes:
        return files.read_bounded(self.path, _LIMIT, follow=False)

    def _writable(self) -> bool:
        return all(os.access(path, os.W_OK) for path in (self.path, self.path.parent))

    def _location(self, alias: str) -> str:
        return f"{self.path}, alias {alias}"

    def _wrong_password(self) -> StoreUnavailable:
        if os.environ.get(PASSWORD):
            return StoreUnavailable(
                f"The variable {PASSWORD} does not hold the password of {self.path}.",
                "Set it to that keystore's password and try again.",
            )
        return StoreUnavailable(
            f'The password of {self.path} is not "{_USUAL}", which every Java comes with.',
            f"Set the environment variable {PASSWORD} to it and try again.",
        )

    def _not_understood(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            f"{self.path} is not a keystore that this program can use: {error or 'it is damaged'}.",
            f"See what `keytool -list -keystore {self.path}` says.",
        )


def _password() -> str:
    return os.environ.get(PASSWORD) or _USUAL


def _alias(der: bytes) -> str:
    """Lower-case ASCII, as Java folds aliases; the digits of the SHA-256 make it ours."""
    return certificates.safe_name(der).removesuffix(".crt")


def _is_ours(held: Held) -> bool:
    return held.alias.startswith("trustmgr-") and held.alias == _alias(held.der)


def _origin(held: Held) -> Origin:
    if _is_ours(held):
        return Origin.THIS_PROGRAM
    if held.alias.endswith(_JDK):
        return Origin.VENDOR
    if held.alias.startswith(_DEBIAN):
        local = _LOCAL / f"{Path(held.alias.removeprefix(_DEBIAN)).stem}.crt"
        return Origin.ADMINISTRATOR if local.exists() else Origin.VENDOR
    return Origin.ADMINISTRATOR


def _feeder(path: Path) -> str:
    """Who else writes this keystore, as a sentence; empty when nobody does."""
    if path == Path("/etc/ssl/certs/java/cacerts") and Path("/etc/default/cacerts").exists():
        return "Java's package copies the system's certificates into this store (linux.ca-certificates)."
    if path.is_relative_to("/etc/pki/ca-trust/extracted") or path.is_relative_to(
        "/etc/ca-certificates/extracted"
    ):
        return (
            "The system makes this store anew from its own certificates at each of their changes."
        )
    return ""

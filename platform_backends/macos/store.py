"""The stores of one user and of the whole Mac: a keychain, and the trust settings that go with it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from platform_backends import certificates
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
)
from platform_backends.macos import conflict, places, security_cli, trust_settings
from platform_backends.macos.changes import Changes
from platform_backends.macos.memory import Memory, Remembered
from platform_backends.macos.place import Place, Seen, State, self_signed, trust_of
from platform_backends.macos.trust_settings import Record


@dataclass(frozen=True)
class Kind:
    """What tells the two stores apart."""

    id: str
    title: str
    scope: Scope
    flags: tuple[str, ...]
    others: Origin  # who put there what this program did not


LOGIN = Kind("macos.login", "Login keychain (you alone)", Scope.USER, (), Origin.USER)
SYSTEM = Kind(
    "macos.system",
    "System keychain (this Mac)",
    Scope.MACHINE,
    security_cli.ADMIN,
    Origin.ADMINISTRATOR,
)


class KeychainStore:
    """Certificates that a keychain holds, or that its domain of trust settings says something about.

    `host`: only what is said of this one (host_store.py); empty: what is said in general.
    """

    def __init__(self, kind: Kind, host: str = "") -> None:
        self.kind = kind
        self.host = host
        self.id = kind.id
        self.title = kind.title
        self.scope = kind.scope
        machine = kind is SYSTEM
        self.keychain = places.SYSTEM_KEYCHAIN if machine else places.login_keychain()
        memory = places.SYSTEM_MEMORY if machine else places.login_memory()
        self.place = Place(self.keychain, kind.flags)
        self.changes = Changes(self.place, Memory(memory, 0o644 if machine else 0o600), host)

    @property
    def privilege(self) -> Privilege:
        """Only the System keychain needs root. macOS asks for a password besides, in both."""
        return Privilege.ADMINISTRATOR if self.kind is SYSTEM and not _is_root() else Privilege.NONE

    def availability(self) -> Availability:
        """Available when the keychain is there; the reason tells what keeps its settings from counting."""
        if not os.access(places.SECURITY, os.X_OK):
            return Availability(False, f"{places.SECURITY} is missing.", "It is a part of macOS.")
        if not os.access(self.keychain, os.R_OK):
            reason = f"{self.keychain} cannot be read."
            return Availability(False, reason, "Log in at the screen of this Mac once.")
        try:
            return Availability(True, *(conflict.doubt() if self.kind is LOGIN else ()))
        except StoreError as error:
            return Availability(False, error.sentence, error.next_step)

    def entries(self) -> Sequence[Entry]:
        """What the keychain holds, and what lies elsewhere and the settings speak of."""
        return tuple(self._entries(self.place.look()))

    def effective_trust(self, wanted: Trust) -> Trust:
        """The wish, except that TLS clients are trusted or distrusted with everything else alone."""
        if wanted == Trust():
            raise TrustNotSupported(
                "No purpose was named.", "Say what the certificate is to be trusted for."
            )
        client = wanted.client_auth
        if client is not Decision.UNSPECIFIED and wanted != Trust.everything(client):
            raise TrustNotSupported(
                "macOS records no trust for TLS clients alone.",
                "Leave client-auth out, or ask for every purpose.",
            )
        return wanted

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The keychain, the settings, who is asked, and what stands against it."""
        domain = "the administrator's" if self.kind is SYSTEM else "your"
        of_host = f", for {self.host} alone" if self.host else ""
        unless = ", unless more is said of it" if self.host else ""
        asks = "macOS asks for a password or Touch ID before trust changes"
        lines = {
            Operation.ADD: (
                f"Put the certificate into {self.keychain}",
                f"Record it in {domain} trust settings{of_host}",
            ),
            Operation.REMOVE: (
                f"Take it out of {domain} trust settings{of_host}",
                f"Take it out of {self.keychain}{unless}",
            ),
            Operation.SET_TRUST: (f"Change {domain} trust settings{of_host}",),
        }
        counts = operation is not Operation.REMOVE and self.kind is LOGIN
        against = conflict.against(der, self.host) if counts else ()
        return (*lines[operation], asks, *against)

    def add(self, der: bytes, trust: Trust) -> bool:
        """Into the keychain, trusted; what an earlier removal of ours took away comes back exactly."""
        der = certificates.single(der)
        sha256 = hashlib.sha256(der).hexdigest()
        if not self._may_restore(sha256, trust):
            trust = self.effective_trust(trust)
        self._require()
        with self.changes.exclusive() as (lock, _):
            seen = self.place.look()
            goal = self._undone(der, seen, trust)
            if goal is None or not goal.held:
                if self._fulfilled(der, seen, trust):
                    return False
                goal = State(True, self._wished(der, seen, trust))
            self.changes.make(der, goal, seen, lock)
        return True

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Trust first, then the certificate; what was there before this program came is restored."""
        if not os.path.lexists(self.changes.memory.folder) and self._find(sha256) is None:
            return False
        self._require()
        with self.changes.exclusive() as (lock, _):
            seen = self.place.look()
            entry = next((e for e in self._entries(seen) if e.sha256 == sha256), None)
            if entry is None:
                return False
            if entry.origin is not Origin.THIS_PROGRAM and not force:
                raise NotOurs(
                    f"This program did not put this certificate into {self.keychain}.",
                    "Use force to remove it all the same.",
                )
            self.changes.make(entry.der, self._gone(entry.der, seen, force=force), seen, lock)
        return True

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Change the settings, whoever added the certificate; the trust of no purpose is one too."""
        entry = self._find(sha256)
        if entry is None:
            raise EntryNotFound(f"{self.title} holds no such certificate.", "Import it first.")
        return self.retrust(entry.der, trust)

    def retrust(self, der: bytes, trust: Trust) -> bool:
        """Change what the domain says about a certificate, wherever that lies."""
        if trust != Trust() and not self._may_restore(hashlib.sha256(der).hexdigest(), trust):
            trust = self.effective_trust(trust)
        self._require()
        with self.changes.exclusive() as (lock, _):
            seen = self.place.look()
            now = seen.state(der)
            if self._says(der, now.record) == trust:
                return False
            goal = self._undone(der, seen, trust)
            if goal is None or goal.held != now.held:
                goal = State(now.held, self._wished(der, seen, trust))
            self.changes.make(der, goal, seen, lock)
        return True

    def settle(self) -> bool:
        """Take back what a kill interrupted, or finish it if it took trust away; every change does so first.

        Whether there was anything.
        """
        if not self.changes.memory.unsettled():
            return False
        self._require()
        with self.changes.exclusive() as (_, settled):
            return settled

    # -- inside ----------------------------------------------------------------------------------

    def _entries(self, seen: Seen) -> Iterator[Entry]:
        for der in dict.fromkeys([*seen.held, *self._elsewhere(seen)]):
            state = seen.state(der)
            known = self._known(der) if state.held else Remembered(der)
            if self._lists(state, known):
                yield Entry(
                    der,
                    self._says(der, state.record),
                    Origin.THIS_PROGRAM if self._is_ours(known) else self.kind.others,
                    str(self.keychain) if state.held else "in another keychain",
                )

    def _lists(self, state: State, known: Remembered) -> bool:
        """Not what this program put there for single hosts alone: nothing would leave with it."""
        return not (known.ours and self._left(known, state).same(state))

    def _is_ours(self, known: Remembered) -> bool:
        return known.ours

    def _says(self, der: bytes, record: Record | None) -> Trust:
        return trust_of(der, record, self.host)

    def _known(self, der: bytes) -> Remembered:
        """What is remembered of a certificate; nothing of most."""
        return self.changes.memory.get(hashlib.sha256(der).hexdigest()) or Remembered(der)

    def _elsewhere(self, seen: Seen) -> Iterator[bytes]:
        """Of the keychains that are searched, what this domain has a record of. Looked for only if need be."""
        missing = set(seen.domain.records) - {trust_settings.key(der) for der in seen.held}
        if missing:
            for der in security_cli.certificates():
                if trust_settings.key(der) in missing:
                    yield der

    def _find(self, sha256: str) -> Entry | None:
        return next((entry for entry in self.entries() if entry.sha256 == sha256), None)

    def _undone(self, der: bytes, seen: Seen, trust: Trust) -> State | None:
        """The state before our last change, if that is what is wished for and nobody came between."""
        step = self._known(der).last(self.host)
        if step is None or not step.after.same(seen.state(der)):
            return None
        return step.before if self._says(der, step.before.record) == trust else None

    def _may_restore(self, sha256: str, trust: Trust) -> bool:
        """Whether this was the trust before our last change: then it can be had again, whatever it is."""
        known = self.changes.memory.get(sha256)
        step = known.last(self.host) if known is not None else None
        if known is None or step is None:
            return False
        return self._says(known.der, step.before.record) == trust

    def _fulfilled(self, der: bytes, seen: Seen, wanted: Trust) -> bool:
        entry = next((e for e in self._entries(seen) if e.der == der), None)
        if entry is None:
            return False
        if entry.trust == wanted:
            return True
        if entry.origin is Origin.THIS_PROGRAM:
            return False
        decided = [p for p in Purpose if wanted.decision(p) is not Decision.UNSPECIFIED]
        if all(entry.trust.decision(p) is wanted.decision(p) for p in decided):
            return True
        raise TrustNotSupported(
            f"The certificate is in {self.keychain} already, with another trust, and is not this program's.",
            "Change its trust instead of importing it.",
        )

    def _wished(self, der: bytes, seen: Seen, trust: Trust) -> Record | None:
        before = seen.domain.of(der)
        found = trust_settings.wished(trust, before, self_signed=self_signed(der), host=self.host)
        return None if found is None else {**(before or {}), "trustSettings": found}

    def _gone(self, der: bytes, seen: Seen, *, force: bool) -> State:
        """What is left after a removal. By force nothing at all."""
        return State(False, None) if force else self._left(self._known(der), seen.state(der))

    def _left(self, known: Remembered, now: State) -> State:
        """What the domain says beside, and what it said before this program came.

        A certificate that we put into the keychain goes with the last of what we said about it.
        """
        mine, first = known.came(self.host), known.came()
        record = trust_settings.without(now.record, mine.record if mine else None, self.host)
        unneeded = trust_settings.same(record, first.record if first else None)
        return State(now.held and not (known.ours and unneeded), record)

    def _require(self) -> None:
        if self.privilege is not Privilege.NONE:
            raise RightsMissing(
                f"Only root may write to {self.keychain}.",
                "Run the command with sudo, in Terminal.",
            )
        if not os.access(self.keychain, os.R_OK):
            found = self.availability()
            raise StoreUnavailable(found.reason, found.fix)


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0

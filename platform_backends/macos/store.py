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
from platform_backends.macos import places, security_cli, trust_settings
from platform_backends.macos.changes import Changes
from platform_backends.macos.memory import Memory
from platform_backends.macos.place import Place, Seen, State, self_signed, trust_of
from platform_backends.macos.trust_settings import Record

_ADMIN = ("-d",)


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
    "macos.system", "System keychain (this Mac)", Scope.MACHINE, _ADMIN, Origin.ADMINISTRATOR
)


class KeychainStore:
    """Certificates that a keychain holds, or that its domain of trust settings says something about."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.id = kind.id
        self.title = kind.title
        self.scope = kind.scope
        machine = kind is SYSTEM
        self.keychain = places.SYSTEM_KEYCHAIN if machine else places.login_keychain()
        memory = places.SYSTEM_MEMORY if machine else places.login_memory()
        self.place = Place(self.keychain, kind.flags)
        self.changes = Changes(self.place, Memory(memory, 0o644 if machine else 0o600))

    @property
    def privilege(self) -> Privilege:
        """Only the System keychain needs root. macOS asks for a password besides, in both."""
        return (
            Privilege.ADMINISTRATOR if self._kind is SYSTEM and not _is_root() else Privilege.NONE
        )

    def availability(self) -> Availability:
        """Available when the keychain is there; the reason tells what keeps its settings from counting."""
        if not os.access(places.SECURITY, os.X_OK):
            return Availability(False, f"{places.SECURITY} is missing.", "It is a part of macOS.")
        if not os.access(self.keychain, os.R_OK):
            reason = f"{self.keychain} cannot be read."
            return Availability(False, reason, "Log in at the screen of this Mac once.")
        try:
            return Availability(True, *self._doubt())
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
        domain = "the administrator's" if self._kind is SYSTEM else "your"
        asks = "macOS asks for a password or Touch ID before trust changes"
        lines = {
            Operation.ADD: (
                f"Put the certificate into {self.keychain}",
                f"Record it in {domain} trust settings",
            ),
            Operation.REMOVE: (
                f"Take it out of {domain} trust settings",
                f"Take it out of {self.keychain}",
            ),
            Operation.SET_TRUST: (f"Change {domain} trust settings",),
        }
        against = () if operation is Operation.REMOVE else tuple(self._against(der))
        return (*lines[operation], asks, *against)

    def add(self, der: bytes, trust: Trust) -> bool:
        """Into the keychain, trusted; what an earlier removal of ours took away comes back exactly."""
        der = certificates.single(der)
        sha256 = hashlib.sha256(der).hexdigest()
        if not self._may_restore(sha256, trust):
            self.effective_trust(trust)
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
            goal = State(False, None if force else self._before_us(sha256))
            self.changes.make(entry.der, goal, seen, lock)
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
            self.effective_trust(trust)
        self._require()
        with self.changes.exclusive() as (lock, _):
            seen = self.place.look()
            now = seen.state(der)
            if trust_of(der, now.record) == trust:
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
            held = der in seen.held
            ours = held and self.changes.memory.ours(hashlib.sha256(der).hexdigest())
            yield Entry(
                der,
                trust_of(der, seen.domain.of(der)),
                Origin.THIS_PROGRAM if ours else self._kind.others,
                str(self.keychain) if held else "in another keychain",
            )

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
        known = self.changes.memory.get(hashlib.sha256(der).hexdigest())
        step = known.undoing(seen.state(der)) if known is not None else None
        if step is None or trust_of(der, step.before.record) != trust:
            return None
        return step.before

    def _may_restore(self, sha256: str, trust: Trust) -> bool:
        """Whether this was the trust before our last change: then it can be had again, whatever it is."""
        known = self.changes.memory.get(sha256)
        if known is None or not known.steps:
            return False
        return trust_of(known.der, known.steps[-1].before.record) == trust

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
        found = trust_settings.wished(trust, before, self_signed=self_signed(der))
        return None if found is None else {**(before or {}), "trustSettings": found}

    def _before_us(self, sha256: str) -> Record | None:
        """What the domain said when this program put the certificate into the keychain."""
        known = self.changes.memory.get(sha256)
        came = [s for s in known.steps if s.after.held and not s.before.held] if known else []
        return came[-1].before.record if came else None

    def _against(self, der: bytes) -> Iterator[str]:
        """What the administrator's settings, which win, say about the same certificate."""
        if self._kind is SYSTEM:
            return
        try:
            said = trust_of(der, security_cli.domain(_ADMIN).of(der)).server_auth
        except StoreError:
            return
        if said is not Decision.UNSPECIFIED:
            yield f"The administrator's settings of this Mac have it as {said.value}, and they win"

    def _doubt(self) -> tuple[str, str]:
        """Why settings of this domain do not count; two empty texts when nothing is known."""
        if self._kind is SYSTEM:
            return "", ""
        if not security_cli.user_settings_count():
            return (
                "An administrator has switched off the trust settings of users on this Mac.",
                "Use macos.system, or run: sudo security user-trust-settings-enable -e",
            )
        users, admins = security_cli.domain(()).records, security_cli.domain(_ADMIN).records
        both = [name for name in users if name in admins and not _agree(users[name], admins[name])]
        if not both:
            return "", ""
        several = f"{len(both)} certificates" if len(both) > 1 else "a certificate"
        return (
            f"Your trust settings and the administrator's disagree about {several} (SHA-1 {both[0].lower()}); "
            "macOS follows the administrator's, Chrome and Firefox yours.",
            "Remove one of the two: trustmgr list shows both.",
        )

    def _require(self) -> None:
        if self.privilege is not Privilege.NONE:
            raise RightsMissing(
                f"Only root may write to {self.keychain}.",
                "Run the command with sudo, in Terminal.",
            )
        if not os.access(self.keychain, os.R_OK):
            found = self.availability()
            raise StoreUnavailable(found.reason, found.fix)


def _agree(one: Record, other: Record) -> bool:
    """About what this program can tell, taking the certificate for a root."""
    return trust_settings.trust(one, self_signed=True) == trust_settings.trust(
        other, self_signed=True
    )


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0

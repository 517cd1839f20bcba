"""One certificate in one place: whether its keychain holds it, and what the domain's settings say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from platform_backends.base import Trust
from platform_backends.macos import security_cli, trust_settings
from platform_backends.macos.options import options
from platform_backends.macos.trust_settings import Domain, Record


@dataclass(frozen=True)
class State:
    """What is there. `record`: None when the domain has no opinion."""

    held: bool
    record: Record | None

    def same(self, other: State) -> bool:
        """Whether both say the same, whenever it was written."""
        return self.held == other.held and trust_settings.same(self.record, other.record)

    def to_plist(self) -> dict[str, Any]:
        """For a property list, which knows no None."""
        found: dict[str, Any] = {"held": self.held}
        return found if self.record is None else {**found, "record": self.record}

    @classmethod
    def from_plist(cls, data: Mapping[str, Any]) -> State:
        """The reverse. Raises ``KeyError`` or ``TypeError``."""
        record = data.get("record")
        if not isinstance(data["held"], bool) or not isinstance(record, dict | None):
            raise TypeError("not a state")
        return cls(data["held"], record)


@dataclass(frozen=True)
class Place:
    """A keychain and a domain of trust settings, which belong together. `flags` name the domain."""

    keychain: Path
    flags: tuple[str, ...]

    def look(self) -> Seen:
        """Read both. Raises `StoreUnavailable`."""
        held = security_cli.certificates(self.keychain)
        return Seen(held, security_cli.domain(self.flags))

    def bring(self, der: bytes, sha256: str, goal: State, seen: Seen, lock: int) -> None:
        """From what was seen to `goal`. Trust is given last, and taken away first."""
        now = seen.state(der)
        trusted = trust_settings.same(now.record, goal.record)
        if not trusted and goal.record is None:
            security_cli.forget(self.flags, der, lock)
        if goal.held and not now.held:
            self._put(der, goal, lock, trusted=trusted)
        elif goal.record is not None and not trusted:
            self._trust(der, goal.record, seen, lock)
        if now.held and not goal.held:
            security_cli.take(sha256, self.keychain, lock)

    def _put(self, der: bytes, goal: State, lock: int, *, trusted: bool) -> None:
        """With its trust in one go where `security` can."""
        if goal.record is None or trusted:
            security_cli.put(der, self.keychain, lock)
            return
        words = options(trust_settings.settings(goal.record))
        if words is None:
            security_cli.put(der, self.keychain, lock)
            self._trust(der, goal.record, self.look(), lock)
        else:
            security_cli.trust(self.flags, words, der, self.keychain, lock)

    def _trust(self, der: bytes, record: Record, seen: Seen, lock: int) -> None:
        """What one call cannot say goes in as the whole domain, with this one record changed."""
        words = options(trust_settings.settings(record))
        if words is not None:
            security_cli.trust(self.flags, words, der, None, lock)
            return
        data = seen.domain.changed(trust_settings.key(der), record)
        security_cli.restore(self.flags, data, lock)


@dataclass(frozen=True)
class Seen:
    """A look at a place."""

    held: Sequence[bytes]
    domain: Domain

    def state(self, der: bytes) -> State:
        """What was there of one certificate."""
        return State(der in self.held, self.domain.of(der))


def trust_of(der: bytes, record: Record | None, host: str = "") -> Trust:
    """What a record says about a certificate, in general or for one host.

    Of most there is none, which spares checking a signature.
    """
    if record is None:
        return Trust()
    return trust_settings.trust(record, self_signed=self_signed(der), host=host)


def self_signed(der: bytes) -> bool:
    """Whether macOS takes it for a root: its own issuer, by name and signature."""
    try:
        found = x509.load_der_x509_certificate(der)
        if found.issuer != found.subject:
            return False
        found.verify_directly_issued_by(found)
    except (ValueError, TypeError, InvalidSignature):
        return False
    except UnsupportedAlgorithm:  # of old roots: the name has to do
        return True
    return True

"""The vocabulary of the ground floor: what a store is and what can go wrong with one.

A *store* is a place where trust is kept; an *entry* is one certificate in it with its
*trust* (a decision per purpose) and its *origin*. This module knows no operating system.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Protocol


class Purpose(StrEnum):
    """What a certificate may be trusted for (RFC 5280 section 4.2.1.12)."""

    SERVER_AUTH = "server-auth"
    CLIENT_AUTH = "client-auth"
    EMAIL = "email"
    CODE_SIGNING = "code-signing"


class Decision(StrEnum):
    """What a store says about one certificate and one purpose."""

    TRUSTED = "trusted"
    DISTRUSTED = "distrusted"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True)
class Trust:
    """One decision per purpose."""

    server_auth: Decision = Decision.UNSPECIFIED
    client_auth: Decision = Decision.UNSPECIFIED
    email: Decision = Decision.UNSPECIFIED
    code_signing: Decision = Decision.UNSPECIFIED

    @classmethod
    def everything(cls, decision: Decision) -> Trust:
        """The same decision for every purpose."""
        return cls(decision, decision, decision, decision)

    @classmethod
    def for_purposes(cls, purposes: Sequence[Purpose]) -> Trust:
        """Trusted for these purposes, unspecified for the others."""
        return cls(**{purpose.name.lower(): Decision.TRUSTED for purpose in purposes})

    def decision(self, purpose: Purpose) -> Decision:
        """The decision for one purpose."""
        value: Decision = getattr(self, purpose.name.lower())
        return value

    def to_json(self) -> dict[str, str]:
        """``{"server-auth": "trusted", ...}``, every purpose named."""
        return {purpose.value: self.decision(purpose).value for purpose in Purpose}

    @classmethod
    def from_json(cls, data: dict[str, str]) -> Trust:
        """The reverse of `to_json`. Raises ``ValueError`` or ``KeyError`` on anything else."""
        known = {field.name for field in fields(cls)}
        values = {Purpose(key).name.lower(): Decision(value) for key, value in data.items()}
        return cls(**{name: values.get(name, Decision.UNSPECIFIED) for name in known})


#: The narrowest useful trust, and the default everywhere: TLS servers only.
SERVER_AUTH_ONLY = Trust(server_auth=Decision.TRUSTED)


class Origin(StrEnum):
    """Who put an entry where it is."""

    VENDOR = "vendor"
    ADMINISTRATOR = "administrator"
    USER = "user"
    POLICY = "policy"
    THIS_PROGRAM = "this-program"


class Scope(StrEnum):
    """Whom a store serves.

    A verdict about a site goes by the stores of the machine and the user. A store of single tools
    (a browser, a Java, git) only changes what is predicted for these, and is changed only when named.
    """

    USER = "user"
    MACHINE = "machine"
    TOOL = "tool"


class Privilege(StrEnum):
    """What a change to a store needs."""

    NONE = "none"
    ADMINISTRATOR = "administrator"


class Operation(StrEnum):
    """The three changes a store knows."""

    ADD = "add"
    REMOVE = "remove"
    SET_TRUST = "set-trust"


@dataclass(frozen=True)
class Entry:
    """One certificate in one store."""

    der: bytes
    trust: Trust
    origin: Origin
    location: str = ""  # a file or an alias, for people
    inherited: bool = False  # nothing of the store's own: it reads the machine's, at `location`

    @cached_property
    def sha256(self) -> str:
        """Lower-case hexadecimal SHA-256 of the DER bytes: how entries are matched, always."""
        return hashlib.sha256(self.der).hexdigest()


@dataclass(frozen=True)
class Availability:
    """Whether a store can be used; if not, why, and what would help (plain sentences)."""

    available: bool
    reason: str = ""
    fix: str = ""


class Store(Protocol):
    """A place where trust is kept. `tests/contract` holds the suite that each one must pass."""

    @property
    def id(self) -> str:
        """Stable id such as ``linux.ca-certificates`` or ``folder:/tmp/x``."""

    @property
    def title(self) -> str:
        """A name for people."""

    @property
    def scope(self) -> Scope:
        """Whom it serves."""

    @property
    def privilege(self) -> Privilege:
        """What a change needs, for whoever runs the program now (none when already root)."""

    def availability(self) -> Availability:
        """Whether it can be used on this machine now. Never raises."""

    def entries(self) -> Sequence[Entry]:
        """Every entry. Raises `StoreUnavailable` when it cannot be read: never an empty answer."""

    def effective_trust(self, wanted: Trust) -> Trust:
        """What the store would really record for this wish, since many cannot tell purposes apart.

        Raises `TrustNotSupported` when it cannot express the wish at all.
        """

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The files written and commands run by a change, for the review before it."""

    def add(self, der: bytes, trust: Trust) -> bool:
        """Trust a certificate; whether anything changed. Idempotent."""

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Take an entry out; whether anything changed. `NotOurs` unless ours or forced."""

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Change the trust of an entry that is there; whether anything changed."""


def is_for_one_site(identity: str) -> bool:
    """Whether a store with this id serves one site alone (``tool.git@HOST:PORT``, ``macos.login@HOST``)."""
    return identity.startswith(("tool.", "macos.")) and "@" in identity


def is_setting(identity: str) -> bool:
    """Whether an id names a setting (settings.py), whose only entry is no certificate."""
    return ".setting." in identity


class Settling(Protocol):
    """A store that can be told to take back what a kill interrupted.

    Each change does so by itself before it begins, and all three operations are idempotent: to
    recover, call the interrupted operation again, or its inverse. `settle` is for whoever wants
    the earlier state back without changing anything else.
    """

    def settle(self) -> bool:
        """Take an interrupted change back; whether there was one. Raises as changes do."""


class Refreshing(Protocol):
    """A store that is made from others, and can be made anew when these have changed."""

    def stale(self) -> bool:
        """Whether they have. Raises `StoreUnavailable`."""

    def refresh(self) -> bool:
        """Make it anew if they have; whether they had. Raises as changes do."""


class Suited(Protocol):
    """A store that is for certificates of one kind, where the system has others for other kinds."""

    def suits(self, der: bytes) -> bool:
        """Whether an import goes here unless another store is named."""


def suits(store: Store, der: bytes) -> bool:
    """Whether a certificate (DER) belongs into a store; into most of them all do."""
    ask = getattr(store, "suits", None)
    return ask is None or bool(ask(der))


class OnDemand(Protocol):
    """A store that gets what it does not hold yet when a chain needs it."""

    def on_demand(self, chain: Sequence[bytes]) -> Sequence[Entry]:
        """What it would get to vouch for a chain (DER, leaf first), which may take seconds. Raises
        `StoreUnavailable`."""


class Rejecting(Protocol):
    """A store of what is distrusted, wherever else it is held."""

    @property
    def rejects(self) -> bool:
        """Always true."""


def rejects(store: Store) -> bool:
    """Whether a store is for distrust alone, and takes what it does not hold yet."""
    return bool(getattr(store, "rejects", False))


def holds_authorities(store: Store) -> bool:
    """Whether programs take what is trusted in a store for authorities; not, where it is one of several
    and says (``authorities = False``) that it is for something else."""
    return bool(getattr(store, "authorities", True))


class Spreading(Protocol):
    """A store from which programs copy into stores of their own, where copies have `Origin.POLICY`."""

    @property
    def copied_to(self) -> str:
        """How the ids of those stores begin."""


def copied_to(store: Store) -> str:
    """How the ids of the stores begin that hold copies of this one's entries; empty: none do."""
    return str(getattr(store, "copied_to", ""))


class Presumed(Protocol):
    """A store of a library that may not be here at all."""

    def presumed(self) -> bool:
        """Whether nothing is set, and nobody knows whether there is a reader. Raises `StoreUnavailable`."""


class StoreError(Exception):
    """Something went wrong with a store: one sentence for the user and what to do next."""

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(f"{sentence} {next_step}".strip())
        self.sentence = sentence
        self.next_step = next_step


class StoreUnavailable(StoreError):
    """The store is not there or cannot be read."""


class NotACertificate(StoreError):
    """What was given is not exactly one X.509 certificate."""


class EntryNotFound(StoreError):
    """No entry with this SHA-256."""


class NotOurs(StoreError):
    """This program did not add the entry, so removing it needs force."""


class TrustNotSupported(StoreError):
    """The store cannot express this trust."""


class RightsMissing(StoreError):
    """The operating system refuses. `command` is what an administrator can run instead."""

    def __init__(self, sentence: str, next_step: str = "", command: str = "") -> None:
        super().__init__(sentence, next_step)
        self.command = command


class NotAllowed(RightsMissing):
    """The operating system refuses, and more rights (sudo) would be no help."""


class RefusedByUser(StoreError):
    """The user closed or declined the question for an administrator's password."""


class WriteFailed(StoreError):
    """A change failed. The store is as it was, unless `rolled_back` is false."""

    def __init__(self, sentence: str, next_step: str = "", *, rolled_back: bool = True) -> None:
        super().__init__(sentence, next_step)
        self.rolled_back = rolled_back


class UnsafeFile(StoreError):
    """A symbolic link, device or foreign file stands where this program would write."""

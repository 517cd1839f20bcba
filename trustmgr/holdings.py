"""What is held where: one `Holding` for each certificate, with its entry in each store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from platform_backends.base import (
    Decision,
    Entry,
    Origin,
    Purpose,
    Scope,
    Store,
    StoreError,
    copied_to,
)
from trustmgr.certificate import Certificate, Source


@dataclass(frozen=True)
class Holding:
    """One certificate and its entries by the stores' ids.

    `shipped`: the vendor of the machine's or the user's stores brings it, wherever else it is found
    (a bundle that a company hands out holds the public authorities, too).
    """

    sha256: str
    places: Mapping[str, Entry]
    shipped: bool = False

    @property
    def der(self) -> bytes:
        """Its bytes, equal in every store."""
        return next(iter(self.places.values())).der

    @cached_property
    def certificate(self) -> Certificate | None:
        """None when it does not parse."""
        try:
            return Certificate(self.der, Source.STORE)
        except ValueError:
            return None

    @property
    def title(self) -> str:
        """A name for people."""
        return self.certificate.title if self.certificate else "(does not parse)"

    @property
    def added(self) -> tuple[str, ...]:
        """The stores where somebody other than the vendor put it."""
        return tuple(s for s, e in self.places.items() if e.origin is not Origin.VENDOR)

    @property
    def trusting(self) -> tuple[str, ...]:
        """The stores that trust it for something."""
        return tuple(s for s, e in self.places.items() if trusts(e))


@dataclass(frozen=True)
class Holdings:
    """Every certificate of the stores that could be read, and why the others could not be.

    `unavailable`: those that cannot be used here at all, such as a tool's that is not installed.
    """

    stores: Mapping[str, str]  # id -> title, of those that were read
    certificates: tuple[Holding, ...]
    unreadable: Mapping[str, str] = field(default_factory=dict)  # id -> reason
    unavailable: Mapping[str, str] = field(default_factory=dict)  # id -> reason and fix
    adding: frozenset[str] = frozenset()  # ids of stores that are only copied into others


def trusts(entry: Entry) -> bool:
    """Whether an entry is trusted for something."""
    return any(entry.trust.decision(purpose) is Decision.TRUSTED for purpose in Purpose)


def read(stores: Iterable[Store]) -> Holdings:
    """Look into every store; one that cannot be read is told, never taken for empty."""
    titles: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    unavailable: dict[str, str] = {}
    held: dict[str, dict[str, Entry]] = {}
    shipped: set[str] = set()
    adding: set[str] = set()
    for store in stores:
        available = store.availability()
        if not available.available:
            unavailable[store.id] = f"{available.reason} {available.fix}".strip()
            continue
        try:
            entries = store.entries()
        except Exception as error:  # one broken store may not hide the others
            unreadable[store.id] = _reason(error)
            continue
        titles[store.id] = store.title
        if copied_to(store):
            adding.add(store.id)
        for entry in entries:
            held.setdefault(entry.sha256, {}).setdefault(store.id, entry)
            if entry.origin is Origin.VENDOR and store.scope is not Scope.TOOL:
                shipped.add(entry.sha256)
    found = tuple(Holding(sha256, places, sha256 in shipped) for sha256, places in held.items())
    return Holdings(titles, found, unreadable, unavailable, frozenset(adding))


def _reason(error: Exception) -> str:
    if isinstance(error, StoreError):
        return f"{error.sentence} {error.next_step}".strip()
    return str(error) or type(error).__name__

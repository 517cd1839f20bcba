"""What is held where: one `Holding` for each certificate, with its entry in each store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from platform_backends.base import Decision, Entry, Origin, Purpose, Store, StoreError
from trustmgr.certificate import Certificate, Source


@dataclass(frozen=True)
class Holding:
    """One certificate and its entries by the stores' ids."""

    sha256: str
    places: Mapping[str, Entry]

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
    """Every certificate of the stores that could be read, and why the others could not be."""

    stores: Mapping[str, str]  # id -> title, of those that were read
    certificates: tuple[Holding, ...]
    unreadable: Mapping[str, str] = field(default_factory=dict)  # id -> reason


def trusts(entry: Entry) -> bool:
    """Whether an entry is trusted for something."""
    return any(entry.trust.decision(purpose) is Decision.TRUSTED for purpose in Purpose)


def read(stores: Iterable[Store]) -> Holdings:
    """Look into every store; one that cannot be read is told, never taken for empty."""
    titles: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    held: dict[str, dict[str, Entry]] = {}
    for store in stores:
        try:
            entries = store.entries()
        except Exception as error:  # one broken store may not hide the others
            unreadable[store.id] = _reason(error)
            continue
        titles[store.id] = store.title
        for entry in entries:
            held.setdefault(entry.sha256, {}).setdefault(store.id, entry)
    found = tuple(Holding(sha256, places) for sha256, places in held.items())
    return Holdings(titles, found, unreadable)


def _reason(error: Exception) -> str:
    if isinstance(error, StoreError):
        return f"{error.sentence} {error.next_step}".strip()
    return str(error) or type(error).__name__

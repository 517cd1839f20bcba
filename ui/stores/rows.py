"""The rows of the matrix: one for each certificate, with a cell for each store; made in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_backends.base import Entry, Store
    from trustmgr.holdings import Holding, Holdings
    from trustmgr.progress import Progress

_ORIGIN = {
    "vendor": "vendor",
    "administrator": "administrator",
    "user": "you",
    "policy": "policy",
    "this-program": "Trust Manager",
}
#: How many rows are made before looking whether somebody cancelled.
_BATCH = 200


@dataclass(frozen=True)
class Place:
    """One entry in words."""

    store: str  # title
    trust: str
    origin: str
    location: str
    inherited: bool = False  # only read there, from `location`

    @property
    def words(self) -> str:
        """A line about it."""
        if self.inherited:
            return (
                f"{self.store} has no roots of its own and reads {self.location}, "
                f"trusted for: {self.trust}"
            )
        place = f" ({self.location})" if self.location else ""
        return f"In {self.store}{place}, trusted for: {self.trust}; added by: {self.origin}"


@dataclass(frozen=True)
class Row:
    """One certificate in words. `search` is in lower case; `expires` sorts as text."""

    name: str
    expires: str
    sha256: str
    der: bytes
    cells: tuple[str, ...]  # one for each store of the listing
    search: str
    places: Mapping[str, Place] = field(default_factory=dict)  # by the stores' ids
    added: bool = False  # somebody other than the vendor put it somewhere
    inconsistent: str = ""  # a sentence about stores that disagree

    @property
    def removable(self) -> tuple[str, ...]:
        """Where it was added; if nowhere, wherever it is not only read from the machine's store."""
        own = {s: place for s, place in self.places.items() if not place.inherited}
        added = tuple(s for s, place in own.items() if place.origin != _ORIGIN["vendor"])
        return added or tuple(own) or tuple(self.places)


@dataclass(frozen=True)
class Listing:
    """All rows, the stores' titles, and the stores that could not be read: name, reason."""

    rows: tuple[Row, ...]
    stores: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]


def load(stores: Sequence[Store], progress: Progress) -> Listing:
    """Read every available store. A store that cannot be read is told, not skipped."""
    from trustmgr import inconsistency
    from trustmgr.holdings import read

    progress.say("Reading the stores")
    names = {store.id: store.title for store in stores}
    holdings = read(stores)
    silent = {**holdings.unavailable, **holdings.unreadable}
    unreadable = tuple((names[store], reason) for store, reason in silent.items())
    rows: list[Row] = []
    for number, holding in enumerate(holdings.certificates):
        if number % _BATCH == 0:
            progress.check()
        torn = inconsistency.of(holding, holdings.stores, holdings.adding)
        words = inconsistency.sentence(holding, torn, holdings) if torn is not None else ""
        rows.append(row_of(holding, holdings, words))
    return Listing(tuple(rows), tuple(holdings.stores.values()), unreadable)


def row_of(holding: Holding, holdings: Holdings, inconsistent: str = "") -> Row:
    """One certificate in words; one that does not parse still has its row."""
    certificate = holding.certificate
    places = {
        store: Place(
            holdings.stores[store],
            trust_words(entry),
            _ORIGIN.get(entry.origin.value, entry.origin.value),
            entry.location,
            entry.inherited,
        )
        for store, entry in holding.places.items()
    }
    words = [holding.title, holding.sha256]
    words += [certificate.subject, certificate.issuer] if certificate else []
    words += [word for place in places.values() for word in (place.store, place.origin)]
    return Row(
        name=holding.title,
        expires=f"{certificate.not_after:%Y-%m-%d}" if certificate else "",
        sha256=holding.sha256,
        der=holding.der,
        cells=tuple(_cell(places.get(store)) for store in holdings.stores),
        search="\n".join(words).lower(),
        places=places,
        added=bool(holding.added) and not holding.shipped,
        inconsistent=inconsistent,
    )


def _cell(place: Place | None) -> str:
    if place is None:
        return "-"
    if place.inherited:
        return f"{place.trust} · as the system"
    return place.trust if place.origin == "vendor" else f"{place.trust} · {place.origin}"


def trust_words(entry: Entry) -> str:
    """``web sites``, ``everything``, ``distrusted``, ``nothing said``."""
    decisions = entry.trust.to_json()
    if "distrusted" in decisions.values():
        return "distrusted"
    trusted = [purpose for purpose, decision in decisions.items() if decision == "trusted"]
    if len(trusted) == len(decisions):
        return "everything"
    names = {
        "server-auth": "web sites",
        "client-auth": "clients",
        "email": "e-mail",
        "code-signing": "programs",
    }
    return ", ".join(names.get(purpose, purpose) for purpose in trusted) or "nothing said"

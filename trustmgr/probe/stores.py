"""What the stores hold that could matter for one chain: a snapshot, so that judging needs no store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from platform_backends.base import Decision, Entry, Origin, Purpose, Store, StoreError
from trustmgr.certificate import Certificate, Source
from trustmgr.evidence import Held, StoreSnapshot
from trustmgr.progress import Progress

if TYPE_CHECKING:
    from trustmgr.probe.pfx import AskPassword

_ROOTS = "roots"


class StoreReader:
    """What is trusted here: the user's own roots, and the stores, each of which is read once.

    `programs`: the stores of single programs, for a reader of their own.
    """

    def __init__(
        self,
        stores: Sequence[Store],
        progress: Progress,
        own: tuple[StoreSnapshot, ...] = (),
        programs: Sequence[Store] = (),
    ) -> None:
        self._own = own
        self._stores = stores
        self._programs = programs
        self._progress = progress
        self._parsed: dict[bytes, Certificate | None] = {}
        self._holding = lru_cache(maxsize=256)(self._search)  # issuers are common to many sites

    def read(self) -> None:
        """Read the stores now, where that should not happen later. Raises `Cancelled`."""
        _ = self._read

    @cached_property
    def programs(self) -> StoreReader:
        """The stores of those programs that are here."""
        return StoreReader([s for s in self._programs if _is_here(s)], self._progress)

    @cached_property
    def _read(self) -> list[tuple[Store, Sequence[Entry], str]]:
        if self._stores:
            self._progress.say("Reading what this machine trusts.")
        return [_read(store, self._progress) for store in self._stores]

    def snapshots(self, known: Iterable[Certificate]) -> tuple[StoreSnapshot, ...]:
        """The own roots, and for each store its entries that are, or could have issued, or share the
        key of what is known.

        Upwards to the end: the issuers of those issuers as well, from whichever store.
        """
        wanted = self._closure(list(known))
        return self._own + tuple(
            StoreSnapshot(
                id=store.id,
                title=store.title,
                held=tuple(_held(entry) for entry in entries if entry.der in wanted),
                readable=not reason,
                reason=reason,
            )
            for store, entries, reason in self._read
        )

    @property
    def gets_more(self) -> bool:
        """Whether some store gets what it does not hold when a chain needs it."""
        return any(hasattr(store, "on_demand") for store in self._stores)

    def on_demand(self, known: Iterable[Certificate]) -> dict[str, tuple[Held, ...]]:
        """What stores would get by themselves for a chain, by their ids; it may take seconds."""
        chain = [one.der for one in known]
        found: dict[str, tuple[Held, ...]] = {}
        for store in self._stores:
            with suppress(StoreError):  # then it gets nothing
                if (ask := getattr(store, "on_demand", None)) is not None:
                    fresh = (entry for entry in ask(chain) if entry.der not in self._every)
                    found[store.id] = tuple(map(_held, fresh))
        return found

    def newest_beginning(self) -> datetime | None:
        """The newest notBefore among what came with the system; None when nothing did."""
        vendor = (e for _, entries, _ in self._read for e in entries if e.origin is Origin.VENDOR)
        parsed = (self._parse(entry.der) for entry in vendor)
        return max((one.not_before for one in parsed if one is not None), default=None)

    def _closure(self, known: list[Certificate]) -> set[bytes]:
        wanted: set[bytes] = set()
        while known:
            # cheap, and never wrong about a no: what matters holds these bytes somewhere
            parts = {part for one in known for part in (one.issuer_der, one.spki) if part}
            fresh = [
                certificate
                for der in frozenset().union(*map(self._holding, parts)) - wanted
                if (certificate := self._parse(der)) is not None and _matters(certificate, known)
            ]
            wanted.update(certificate.der for certificate in fresh)
            known = fresh
        return wanted

    def _search(self, part: bytes) -> frozenset[bytes]:
        return frozenset(der for der in self._every if part in der)

    @cached_property
    def _every(self) -> frozenset[bytes]:
        return frozenset(entry.der for _, entries, _ in self._read for entry in entries)

    def _parse(self, der: bytes) -> Certificate | None:
        if der not in self._parsed:
            try:
                self._parsed[der] = Certificate(der, Source.STORE)
            except ValueError:
                self._parsed[der] = None
        return self._parsed[der]


def roots_snapshot(paths: Sequence[Path], ask_password: AskPassword | None) -> StoreSnapshot:
    """The user's own anchors, all of them. Raises `UnreadableInput`."""
    from trustmgr.probe.files import read_certificates

    ders = [der for path in paths for der in read_certificates(str(path), ask_password)[0]]
    return StoreSnapshot(
        id=_ROOTS,
        title="The authorities you named",
        held=tuple(Held(der, Decision.TRUSTED.value) for der in dict.fromkeys(ders)),
    )


def _held(entry: Entry) -> Held:
    decision = entry.trust.decision(Purpose.SERVER_AUTH)
    return Held(entry.der, decision.value, entry.origin.value)


def _read(store: Store, progress: Progress) -> tuple[Store, Sequence[Entry], str]:
    progress.check()
    availability = store.availability()
    if not availability.available:
        return store, (), f"{availability.reason} {availability.fix}".strip() or "not available"
    try:
        return store, store.entries(), ""
    except StoreError as error:
        return store, (), str(error) or "cannot be read"


def _is_here(store: Store) -> bool:
    """Whether a program that reads this store is known to be here; an unreadable one is."""
    presumed = getattr(store, "presumed", None)
    try:
        return store.availability().available and not (presumed is not None and presumed())
    except StoreError:
        return True


def _matters(certificate: Certificate, known: list[Certificate]) -> bool:
    return any(
        certificate.subject_der == one.issuer_der
        or (bool(certificate.spki) and certificate.spki == one.spki)
        or certificate.der == one.der
        for one in known
    )

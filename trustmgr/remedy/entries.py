"""Looking at stores for planning and for reading back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from platform_backends.base import (
    Decision,
    Entry,
    EntryNotFound,
    Origin,
    Scope,
    Store,
    StoreError,
    StoreUnavailable,
    copied_to,
    is_for_one_site,
    suits,
)

if TYPE_CHECKING:
    from trustmgr.ground import Ground


def find(store: Store, sha256: str) -> Entry | None:
    """The entry with this SHA-256. Raises `StoreUnavailable`."""
    return next((entry for entry in store.entries() if entry.sha256 == sha256), None)


def chosen(engine: Ground, ids: Sequence[str]) -> tuple[Store, ...]:
    """The stores named, or every available one that is not a single tool's.

    Raises `StoreUnavailable` with reason and fix.
    """
    if ids:
        named = tuple(engine.store(identity) for identity in dict.fromkeys(ids))
        for store in named:
            _require(store)
        return named
    found = [store for store in engine.stores() if store.scope is not Scope.TOOL]
    available = tuple(store for store in found if store.availability().available)
    if not available:
        reasons = [f"{s.title}: {s.availability().reason}" for s in found]
        fixes = [s.availability().fix for s in found if s.availability().fix]
        raise StoreUnavailable(
            "No trust store of this machine can be used. " + " ".join(reasons), " ".join(fixes)
        )
    return available


def meant(stores: Sequence[Store], der: bytes) -> tuple[Store, ...]:
    """Of stores that nobody named, those in which a certificate (DER) belongs: of the user's and the
    machine's the user's, and of single programs' all."""
    shared = [s for s in stores if s.scope is not Scope.TOOL and suits(s, der)]
    own = [s for s in shared if s.scope is Scope.USER]
    return (*(own or shared), *(s for s in stores if s.scope is Scope.TOOL))


def everywhere(engine: Ground) -> tuple[Store, ...]:
    """Every store without which some program here would not trust what is imported.

    A program that reads the machine's roots needs none of its own, and a store of one site is no
    store for everything. Raises `StoreUnavailable`.
    """
    programs = [
        store
        for store in engine.stores()
        if store.scope is Scope.TOOL
        and not is_for_one_site(store.id)
        and store.availability().available
        and not _only_repeats(store)
    ]
    needed = [one for one in programs if not _in_copies(one, programs)]
    return (*chosen(engine, ()), *needed)


def is_copy(store: Store, entry: Entry, spread: Sequence[str]) -> bool:
    """Whether a program made this entry after one of a store that spreads to such ids."""
    return entry.origin is Origin.POLICY and store.id.startswith(tuple(spread))


def copies(engine: Ground, store: Store, sha256: str) -> list[tuple[Store, Entry]]:
    """What programs have copied of one entry of a store; a store that cannot be read has none."""
    place = copied_to(store)
    found: list[tuple[Store, Entry]] = []
    for other in engine.stores() if place else ():
        with suppress(StoreError):
            entry = find(other, sha256) if other.id.startswith(place) else None
            if entry is not None and is_copy(other, entry, [place]):
                found.append((other, entry))
    return found


def _in_copies(store: Store, others: Sequence[Store]) -> bool:
    """Whether those stores are there into which this one's entries would be copied."""
    place = copied_to(store)
    return bool(place) and any(other.id.startswith(place) for other in others)


def _only_repeats(store: Store) -> bool:
    """Whether it has nothing of its own and reads the machine's roots."""
    try:
        held = store.entries()
    except StoreError:
        return False
    return bool(held) and all(entry.inherited for entry in held)


def trusted_here(engine: Ground, sha256: str) -> bytes:
    """The bytes (DER) of a certificate that some store of this machine trusts. Raises `EntryNotFound`."""
    found, silent = holding(engine, sha256, ())
    for _, entry in found:
        if entry.trust.server_auth is Decision.TRUSTED:
            return entry.der
    raise EntryNotFound(
        " ".join([f"No store here trusts a certificate with the SHA-256 {sha256}.", *silent]),
        "Name a file, or one that `trustmgr list` shows as trusted.",
    )


def holding(
    engine: Ground, sha256: str, ids: Sequence[str]
) -> tuple[list[tuple[Store, Entry]], list[str]]:
    """Where a certificate is, in single tools' stores too, and a sentence for each store that cannot
    tell.

    A store that the user named has to be readable: its error is raised.
    """
    found: list[tuple[Store, Entry]] = []
    silent: list[str] = []
    tools = () if ids else (s for s in engine.stores() if s.scope is Scope.TOOL)
    usable = (store for store in tools if store.availability().available)
    for store in (*chosen(engine, ids), *usable):
        try:
            entry = find(store, sha256)
        except StoreError as error:
            if ids:
                raise
            silent.append(f"{store.title} cannot be read, so it stays as it is: {error.sentence}")
            continue
        if entry is not None:
            found.append((store, entry))
    return found, silent


def _require(store: Store) -> None:
    found = store.availability()
    if not found.available:
        raise StoreUnavailable(f"{store.title} cannot be used: {found.reason}", found.fix)

"""Looking at stores for planning and for reading back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from platform_backends.base import (
    Entry,
    Scope,
    Store,
    StoreError,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
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


def for_import(engine: Ground, ids: Sequence[str], wanted: Trust) -> tuple[Store, ...]:
    """The stores named, or the narrowest that can take the wish: this user's before the machine's.

    Raises as `chosen`.
    """
    found = chosen(engine, ids)
    if ids:
        return found
    able = tuple(store for store in found if _takes(store, wanted)) or found
    return tuple(store for store in able if store.scope is Scope.USER) or able


def _takes(store: Store, wanted: Trust) -> bool:
    try:
        store.effective_trust(wanted)
    except TrustNotSupported:
        return False
    return True


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

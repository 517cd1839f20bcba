"""The stores of the machine, each read at most once, and which are of one kind."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from platform_backends.base import Entry, Store, StoreError, StoreUnavailable

if TYPE_CHECKING:
    from trustmgr.ground import Ground

#: How the ids of stores begin that are of one kind: what one of them needs, the next one will, too.
#: The narrower first. (The tools' are all different, and the system has one of its own.)
_KINDS = ("nss.firefox.", "nss.", "java.")


def kind(identity: str) -> str | None:
    """The kind of a store that others of its kind may join."""
    return next((beginning for beginning in _KINDS if identity.startswith(beginning)), None)


def family_of(identity: str) -> str:
    """Where to look for what came in place of a store: its kind, or what the system or the tools have."""
    return kind(identity) or identity.partition(".")[0]


class Shelf:
    """The stores, each read at most once."""

    def __init__(self, engine: Ground) -> None:
        self._engine = engine
        self.all = cache(engine.stores)
        #: Usable stores of one family: the new Java after an update, a browser's new profile.
        self.of = cache(self._of)
        self._read: dict[str, dict[str, Entry] | StoreError] = {}

    def entries(self, store: Store) -> dict[str, Entry]:
        """By SHA-256. Raises `StoreError`."""
        if store.id not in self._read:
            try:
                self._read[store.id] = {entry.sha256: entry for entry in store.entries()}
            except StoreError as error:
                self._read[store.id] = error
        found = self._read[store.id]
        if isinstance(found, StoreError):
            raise found
        return found

    def store(self, identity: str) -> Store | None:
        """None when there is no such store any more."""
        try:
            return self._engine.store(identity)
        except StoreUnavailable:
            return None

    def _of(self, family: str) -> tuple[Store, ...]:
        return tuple(
            s for s in self.all() if family_of(s.id) == family and s.availability().available
        )

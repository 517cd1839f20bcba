"""Drift: what this program changed once and no longer holds, after an update or by somebody's hand.

The newest finished change of each certificate in each store says what should be there. Looking
changes nothing; what an undo took out, and what has expired meanwhile, is not missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from platform_backends.base import Decision, Entry, Purpose, Store, StoreError, StoreUnavailable
from trustmgr.remedy.change import Change, State

if TYPE_CHECKING:
    from trustmgr.ground import Ground


class Again(StrEnum):
    """What would bring an earlier change back."""

    IMPORT = "import"
    DISTRUST = "distrust"
    REMOVE = "remove"


@dataclass(frozen=True)
class Drift:
    """One change that no longer holds, or (`certain` false) of which nobody can tell.

    `stores`: where to do it again; another one when the store itself is gone.
    """

    change: Change
    reason: str  # a plain sentence
    again: Again
    stores: tuple[str, ...]
    certain: bool = True


def drifted(engine: Ground, changes: Sequence[Change]) -> tuple[Drift, ...]:
    """Hold the journal's changes, newest first, against the stores. Each store is read once."""
    expected = [change for change in _newest(changes) if _missed(change)]
    if not expected:
        return ()
    shelf = _Shelf(engine)
    return tuple(drift for change in expected for drift in _look(shelf, change))


def _newest(changes: Sequence[Change]) -> Iterator[Change]:
    seen: set[tuple[str, str]] = set()
    for change in changes:
        key = (change.store, change.sha256)
        if change.state is State.DONE and key not in seen:
            seen.add(key)
            yield change


def _missed(change: Change) -> bool:
    """Whether anybody would want it again."""
    if change.trust_after is None:
        return change.undoes is None
    return _again(change) is not Again.IMPORT or not _expired(change.der)


def _expired(der: bytes) -> bool:
    from trustmgr.certificate import Certificate

    try:
        return datetime.now(UTC) > Certificate(der).not_after
    except ValueError:
        return False


class _Shelf:
    """The stores, each read at most once."""

    def __init__(self, engine: Ground) -> None:
        self._engine = engine
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

    def successors(self, identity: str) -> tuple[Store, ...]:
        """Usable stores of the same family: the new Java after an update, a browser's new profile."""
        family = identity.partition(".")[0]
        return tuple(
            store
            for store in self._engine.stores()
            if store.id.partition(".")[0] == family and store.availability().available
        )


def _look(shelf: _Shelf, change: Change) -> Iterator[Drift]:
    store = shelf.store(change.store)
    if store is None:
        yield from _gone(shelf, change)
        return
    try:
        found = shelf.entries(store).get(change.sha256)
    except StoreError as error:
        reason = f"{store.title} cannot be read, so nobody can tell: {error.sentence}"
        yield Drift(change, reason, _again(change), (store.id,), certain=False)
        return
    if not _holds(change, found):
        yield Drift(change, _reason(change, store, found), _again(change), (store.id,))


def _gone(shelf: _Shelf, change: Change) -> Iterator[Drift]:
    """A store that is gone takes its distrust with it; trust may be wanted in what came after."""
    if _again(change) is not Again.IMPORT:
        return
    missing: list[str] = []
    for store in shelf.successors(change.store):
        try:
            found = shelf.entries(store).get(change.sha256)
        except StoreError:
            continue
        if _holds(change, found):
            return
        missing.append(store.id)
    yield Drift(
        change,
        f"{change.store_title} is no longer there, and “{change.subject}” with it.",
        Again.IMPORT,
        tuple(missing),
    )


def _holds(change: Change, found: Entry | None) -> bool:
    wanted = change.trust_after
    if wanted is None:
        return found is None or (not change.force and change.origin_before != found.origin)
    return found is not None and all(
        found.trust.decision(purpose) is wanted.decision(purpose)
        for purpose in Purpose
        if wanted.decision(purpose) is not Decision.UNSPECIFIED
    )


def _again(change: Change) -> Again:
    wanted = change.trust_after
    if wanted is None:
        return Again.REMOVE
    if any(wanted.decision(purpose) is Decision.DISTRUSTED for purpose in Purpose):
        return Again.DISTRUST
    return Again.IMPORT


def _reason(change: Change, store: Store, found: Entry | None) -> str:
    from trustmgr.remedy.words import trust_words

    wanted, name = change.trust_after, f"“{change.subject}”"
    if wanted is None:
        return f"{name} was removed from {store.title} and is there again."
    if found is None:
        return f"{name} is no longer in {store.title}, where it was {trust_words(wanted)}."
    return (
        f"{name} was {trust_words(wanted)} in {store.title}; now it is {trust_words(found.trust)}."
    )


def command(drift: Drift) -> str:
    """The exact command that does it again. The certificate is laid down as a file for an import."""
    from trustmgr.remedy.by_hand import file_of
    from trustmgr.text import typed

    change = drift.change
    words = ["trustmgr", drift.again.value]
    if drift.again is Again.IMPORT:
        words += [file_of(change.der, change.sha256), "--fingerprint", change.sha256]
        words += [f"--purpose={purpose.value}" for purpose in purposes(change)]
    else:
        words += [change.sha256]
        words += ["--force"] if drift.again is Again.REMOVE and change.force else []
    for store in drift.stores:
        words += ["--store", store]
    return typed(words)


def purposes(change: Change) -> tuple[Purpose, ...]:
    """What the change made the certificate trusted for."""
    wanted = change.trust_after
    return tuple(
        p for p in Purpose if wanted is not None and wanted.decision(p) is Decision.TRUSTED
    )

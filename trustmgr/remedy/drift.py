"""Drift: what this program changed once and no longer holds, after an update or by somebody's hand;
and what came after it (newcomers.py).

The newest finished change of each certificate in each store says what should be there. Looking
changes nothing; what an undo took out, and what has expired meanwhile, is not missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from platform_backends.base import Entry, Store, StoreError, is_setting
from trustmgr.remedy.change import Change, State
from trustmgr.remedy.newcomers import Noted, newcomers
from trustmgr.remedy.shelf import Shelf, family_of
from trustmgr.remedy.wanted import Again, Drift, again, holds, missed, purposes

if TYPE_CHECKING:
    from trustmgr.ground import Ground

__all__ = ["Again", "Drift", "command", "drifted", "purposes"]


def drifted(
    engine: Ground, changes: Sequence[Change], noted: Noted | None = None
) -> tuple[Drift, ...]:
    """Hold the journal's changes, newest first, against the stores. Each store is read once.

    `noted`: which stores there were at each change; without it no newcomers are looked for.
    """
    newest = tuple(_newest(changes))
    expected = [change for change in newest if missed(change)]
    if not expected:
        return ()
    shelf = Shelf(engine)
    lost = [drift for change in expected for drift in _look(shelf, change)]
    return (*lost, *newcomers(shelf, newest, noted or {}))


def _newest(changes: Sequence[Change]) -> Iterator[Change]:
    seen: set[tuple[str, str]] = set()
    for change in changes:
        key = (change.store, change.sha256)
        if change.state is State.DONE and key not in seen:
            seen.add(key)
            yield change


def _look(shelf: Shelf, change: Change) -> Iterator[Drift]:
    store = shelf.store(change.store)
    if store is None:
        yield from _gone(shelf, change)
        return
    try:
        found = shelf.entries(store).get(change.sha256)
    except StoreError as error:
        reason = f"{store.title} cannot be read, so nobody can tell: {error.sentence}"
        yield Drift(change, reason, again(change), (store.id,), certain=False)
        return
    if not holds(change, found):
        yield Drift(change, _reason(change, store, found), again(change), (store.id,))


def _gone(shelf: Shelf, change: Change) -> Iterator[Drift]:
    """A store that is gone takes its distrust with it; trust may be wanted in what came after."""
    if again(change) is not Again.IMPORT:
        return
    missing: list[str] = []
    for store in shelf.of(family_of(change.store)):
        try:
            found = shelf.entries(store).get(change.sha256)
        except StoreError:
            continue
        if holds(change, found):
            return
        missing.append(store.id)
    yield Drift(
        change,
        f"{change.store_title} is no longer there, and “{change.subject}” with it.",
        Again.IMPORT,
        tuple(missing),
    )


def _reason(change: Change, store: Store, found: Entry | None) -> str:
    from trustmgr.remedy.words import trust_words

    wanted, name = change.trust_after, f"“{change.subject}”"
    if wanted is None:
        return f"{name} was removed from {store.title} and is there again."
    if found is None and is_setting(change.store):
        return f"{name} was set, and is no longer."
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
    elif drift.again is Again.SETTING:
        return typed([*words, change.store])
    else:
        words += [change.sha256]
        words += ["--force"] if drift.again is Again.REMOVE and change.force else []
    for store in drift.stores:
        words += ["--store", store]
    return typed(words)

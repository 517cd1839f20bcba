"""Newcomers: a new Firefox profile or another Java, after a certificate was trusted in all that there were.

Whoever put it into some of them only has chosen, and is not asked; nor is anybody who left one out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from platform_backends.base import Entry, Store, StoreError, copied_to
from trustmgr.errors import UsageError
from trustmgr.remedy.change import Change
from trustmgr.remedy.shelf import Shelf, kind
from trustmgr.remedy.wanted import Again, Drift, again, holds, missed, purposes

if TYPE_CHECKING:
    from trustmgr.ground import Ground
    from trustmgr.remedy.journal import Journal

#: Review -> the stores that were beside its own; whether the user has left that one out.
Noted = Mapping[str, Mapping[str, bool]]


def note(engine: Ground, journal: Journal, changes: Sequence[Change]) -> None:
    """Remember which stores there are when a review is about to give trust in some of them."""
    given = [change for change in changes if change.gives_trust]
    kinds = {kind(change.store) for change in given} - {None}
    if kinds:
        beside = [
            s.id for s in engine.stores() if kind(s.id) in kinds and s.availability().available
        ]
        journal.note(given[0].group, beside)


def newcomers(shelf: Shelf, newest: Sequence[Change], noted: Noted) -> Iterator[Drift]:
    """What is missing in stores that came later. `newest`: of each certificate in each store."""
    seen: set[tuple[str, str]] = set()
    for change in newest:
        family = kind(change.store)
        if family is None or (family, change.sha256) in seen or not _gives(change):
            continue
        seen.add((family, change.sha256))
        asked = [c for c in newest if c.sha256 == change.sha256 and kind(c.store) == family]
        known = {s for s in noted.get(change.group, {}) if kind(s) == family}
        left_out = {s for c in asked for s, out in noted.get(c.group, {}).items() if out}
        if _everywhere(shelf, change, asked, known - left_out):
            settled = known | left_out | {c.store for c in asked}
            new = [s for s in shelf.of(family) if s.id not in settled]
            yield from _told(change, [s for s in new if _misses(shelf, s, change)])


def leave_out(found: Iterable[Drift], store: str) -> None:
    """Offer nothing more for this newcomer. Raises `UsageError` when nothing is offered for it."""
    from trustmgr.remedy.journal import open_journal

    reviews = {drift.change.group for drift in found if drift.newcomer and store in drift.stores}
    if not reviews:
        raise UsageError(
            f"Nothing is offered for {store!r} as a newcomer.", "`trustmgr check` shows what is."
        )
    with open_journal(write=True) as journal:
        for review in reviews:
            journal.note(review, [store], left_out=True)


def _gives(change: Change) -> bool:
    """Whether it made a certificate trusted that would still be of use."""
    return again(change) is Again.IMPORT and bool(purposes(change)) and missed(change)


def _everywhere(
    shelf: Shelf, change: Change, asked: Sequence[Change], known: Iterable[str]
) -> bool:
    """Whether each store that there was got it, and one that is still there has it."""
    ours = {c.store for c in asked if _gives(c)}
    there = {s: _found(shelf, store, change) for s in known if (store := shelf.store(s))}
    having = {s for s, entry in there.items() if holds(change, entry)}
    return bool(having) and all(s in ours or s in having for s in there)


def _misses(shelf: Shelf, store: Store, change: Change) -> bool:
    """Whether nobody has decided there, and no store that is copied into it brings it."""
    try:
        if shelf.entries(store).get(change.sha256) is not None:
            return False
    except StoreError:
        return False
    return not any(
        copied_to(other)
        and store.id.startswith(copied_to(other))
        and holds(change, _found(shelf, other, change))
        for other in shelf.all()
    )


def _found(shelf: Shelf, store: Store, change: Change) -> Entry | None:
    try:
        return shelf.entries(store).get(change.sha256)
    except StoreError:
        return None


def _told(change: Change, new: Sequence[Store]) -> Iterator[Drift]:
    for store in new:
        reason = (
            f"{store.title} is new: it does not know “{change.subject}”, which you have trusted in "
            f"{change.store_title}."
        )
        yield Drift(change, reason, Again.IMPORT, (store.id,), newcomer=True)

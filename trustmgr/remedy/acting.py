"""Making one recorded change, and its reverse, and looking whether the store agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_backends.base import (
    Entry,
    NotAllowed,
    Operation,
    Origin,
    RightsMissing,
    Store,
    StoreError,
    Trust,
    WriteFailed,
)
from trustmgr.remedy import entries
from trustmgr.remedy.change import Change

if TYPE_CHECKING:
    from trustmgr.ground import Ground


def make(engine: Ground, change: Change) -> None:
    """Bring the store to the change's after. Raises `StoreError`."""
    store = engine.store(change.store)
    _towards(store, change, change.trust_after)
    _require(store, change, change.trust_after)


def take_back(engine: Ground, change: Change) -> None:
    """Bring the store to the change's before, whether or not the change was made.

    Raises `StoreError`.
    """
    store = engine.store(change.store)
    _towards(store, change, change.trust_before)
    _require(store, change, change.trust_before)


def trust_now(engine: Ground, change: Change) -> Trust | None:
    """What the store says now; None when the entry is not there. Raises `StoreUnavailable`."""
    entry = entries.find(engine.store(change.store), change.sha256)
    return entry.trust if entry is not None else None


def _towards(store: Store, change: Change, goal: Trust | None) -> None:
    entry = entries.find(store, change.sha256)
    if goal is None:
        # Also when it is not listed: a kill can leave half an entry, which removing clears away.
        _perform(store, Operation.REMOVE, change, Trust())
    elif entry is None:
        _perform(store, Operation.ADD, change, goal)
    elif entry.trust != goal or change.operation is Operation.SET_TRUST:
        _perform(store, Operation.SET_TRUST, change, goal)


def _perform(store: Store, operation: Operation, change: Change, trust: Trust) -> None:
    from platform_backends import elevation

    request = elevation.Request(
        operation=operation,
        store=change.store,
        sha256=change.sha256,
        der=change.der if operation is Operation.ADD else b"",  # the helper takes no more
        trust=trust,
        force=change.force,
    )
    try:
        elevation.perform(store, request)
    except NotAllowed:
        raise
    except RightsMissing as error:
        from trustmgr.remedy import by_hand

        command = error.command or by_hand.command(request)
        raise RightsMissing(error.sentence, by_hand.advice(command), command) from error


def _require(store: Store, change: Change, goal: Trust | None) -> None:
    """Read back: presence, the very bytes, and the trust."""
    try:
        entry = entries.find(store, change.sha256)
    except StoreError as error:
        raise WriteFailed(
            f"{store.title} could not be read back after the change: {error.sentence}",
            error.next_step,
        ) from error
    if not _agrees(entry, change, goal):
        raise WriteFailed(
            f"{store.title} does not show the change after it was made.",
            "Another program may be changing it too; try again.",
        )


def left_by_others(engine: Ground, change: Change) -> str:
    """A sentence when a certificate that we took out is still there, since others put it there."""
    if change.trust_after is not None:
        return ""
    entry = entries.find(engine.store(change.store), change.sha256)
    if entry is None:
        return ""
    return f"It is still in {change.store_title}: others have put it there, too ({entry.location})."


def _of_others(entry: Entry, change: Change) -> bool:
    """Removing without force takes out what this program added, and nothing else."""
    return not change.force and entry.origin is not Origin.THIS_PROGRAM


def _agrees(entry: Entry | None, change: Change, goal: Trust | None) -> bool:
    if goal is None:
        return entry is None or _of_others(entry, change)
    if entry is None:
        return False
    return entry.der == change.der and entry.trust == goal

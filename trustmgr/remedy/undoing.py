"""Undo: exactly what was before is restored, of one change or of all of its review."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from platform_backends.base import NotOurs, Operation, Trust
from trustmgr.errors import TrustManagerError
from trustmgr.progress import Progress
from trustmgr.remedy import acting, entries, guard, words
from trustmgr.remedy.carrying import ChangedSince, Outcome, carry_out, changing, who
from trustmgr.remedy.change import Change, State
from trustmgr.remedy.journal import Journal, open_journal

if TYPE_CHECKING:
    from trustmgr.ground import Ground


class NothingToUndo(TrustManagerError):
    """There is no such change, or it cannot be taken back."""


def undo(
    engine: Ground, which: Change | int | None, progress: Progress, *, whole: bool = False
) -> Outcome:
    """Take back one change, or with `whole` everything of its review; None: the last review, whole.

    Exactly what was before is restored, all or nothing. Raises `NothingToUndo`, `ChangedSince`, and what
    `apply` raises.
    """
    wanted = which.id if isinstance(which, Change) else which
    if wanted is None and not guard.marked():
        with open_journal() as journal:  # so that an empty history creates nothing on disk
            _choose(journal, None)
    with changing(engine, progress) as (journal, said):
        try:
            change = _choose(journal, wanted)
        except NothingToUndo:
            if said and wanted is None:  # taking back what was interrupted was the last change
                return Outcome((), tuple(said), True)
            raise
        together = [c for c in journal.changes() if c.undoable and c.group == change.group]
        return _undo(
            engine, journal, together if whole or wanted is None else [change], said, progress
        )


def _undo(
    engine: Ground,
    journal: Journal,
    changes: Sequence[Change],
    said: list[str],
    progress: Progress,
) -> Outcome:
    """Newest first. Nothing is taken back when one of them was changed by somebody else since."""
    todo: list[Change] = []
    for change in changes:
        now = acting.trust_now(engine, change)
        if now == change.trust_before:
            said.append(_already_back(change))
        elif now != change.trust_after:
            raise ChangedSince(
                f"“{change.subject}” in {change.store_title} was changed by somebody else since (now: "
                f"{words.trust_words(now)}), so change {change.id} is not taken back.",
                "Look at it with `trustmgr list`, and change it anew.",
            )
        else:
            todo.append(change)
    back = [change for change in changes if change not in todo]
    journal.settle(
        [(change, State.UNDONE, "Somebody else had taken it back already.") for change in back]
    )
    if not todo:
        return Outcome((), tuple(said), False)
    name = uuid.uuid4().hex
    planned = [_reverse(name, change) for change in todo]
    copied = [copy for change in planned for copy in _of_copies(engine, change)]
    try:
        done = carry_out(engine, journal, [*planned, *copied], progress)
    except NotOurs as error:
        raise ChangedSince(
            f"{error.sentence} So change {todo[0].id} is not taken back.",
            f"`trustmgr remove {todo[0].sha256} --force` takes it out all the same.",
        ) from error
    for copy in copied:
        said.append(f"{copy.store_title} had copied it from there, and was cleared, too.")
    for change, reverse in zip(todo, done[: len(todo)], strict=True):
        left = acting.left_by_others(engine, reverse)
        said.append(f"Change {change.id} was undone: {left or _as_before(change)}")
    return Outcome(done, tuple(said), True)


def _choose(journal: Journal, wanted: int | None) -> Change:
    if wanted is None:
        last = next((c for c in journal.changes() if c.undoable), None)
        if last is None:
            raise NothingToUndo("There is no change that could be undone.")
        return last
    try:
        change = journal.change(wanted)
    except (KeyError, OverflowError):
        raise NothingToUndo(
            f"There is no change {wanted}.", "`trustmgr history` lists the changes."
        ) from None
    if change.state is State.UNDONE:
        raise NothingToUndo(f"Change {wanted} was undone already.", "Nothing was changed.")
    if change.undoes is not None:
        raise NothingToUndo(
            f"Change {wanted} is itself the undo of change {change.undoes}.",
            "To have that change again, make it anew.",
        )
    if not change.undoable:
        raise NothingToUndo(
            f"Change {wanted} did not happen ({change.state.value}), so there is nothing to undo."
        )
    return change


def _reverse(plan: str, change: Change) -> Change:
    """The change that takes this one back."""
    if change.trust_before is None:
        operation = Operation.REMOVE
    elif change.trust_after is None:
        operation = Operation.ADD
    else:
        operation = Operation.SET_TRUST
    return replace(
        change,
        plan=plan,
        at=datetime.now(UTC),
        operation=operation,
        trust_before=change.trust_after,
        trust_after=change.trust_before,
        origin_before=None,
        state=State.PENDING,
        message="",
        who=who(),
        undoes=change.id,
    )


def _of_copies(engine: Ground, reverse: Change) -> Iterator[Change]:
    """What takes away the copies that programs made of an entry that goes."""
    if reverse.trust_after is not None:
        return
    for store, entry in entries.copies(engine, engine.store(reverse.store), reverse.sha256):
        yield replace(
            reverse,
            store=store.id,
            store_title=store.title,
            trust_before=entry.trust,
            origin_before=entry.origin,
            force=True,
        )


def _as_before(change: Change) -> str:
    return f"in {change.store_title}, “{change.subject}” is {_again(change.trust_before)}."


def _again(before: Trust | None) -> str:
    return "no longer there" if before is None else f"{words.trust_words(before)} again"


def _already_back(change: Change) -> str:
    return (
        f"Somebody else had already taken change {change.id} back: in {change.store_title}, "
        f"“{change.subject}” is {words.trust_words(change.trust_before)}. Nothing had to be changed."
    )

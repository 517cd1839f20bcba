"""Doing what a plan says, all or nothing: the journal first, then the stores, then reading back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from platform_backends.base import Entry, NotOurs, Operation, StoreError, Trust
from trustmgr.errors import Cancelled, ChangeFailed, TrustManagerError
from trustmgr.plan import Confirmation, Plan, Step
from trustmgr.progress import Progress
from trustmgr.remedy import acting, confirmation, entries, guard, recovery, words
from trustmgr.remedy.change import Change, State
from trustmgr.remedy.journal import Journal, open_journal
from trustmgr.remedy.rollback import roll_back

if TYPE_CHECKING:
    from trustmgr.ground import Ground


@dataclass(frozen=True)
class Outcome:
    """What was done. `changes` are done and in the journal; none when nothing had to be done."""

    changes: tuple[Change, ...]
    messages: tuple[str, ...]  # plain sentences, what recovery did first among them
    changed: bool
    failures: tuple[
        str, ...
    ] = ()  # of a plan that keeps going: a sentence for each step that failed


class ChangedSince(TrustManagerError):
    """Somebody else changed the entry between the review and now."""


class NothingToUndo(TrustManagerError):
    """There is no such change, or it cannot be taken back."""


def apply(engine: Ground, plan: Plan, word: Confirmation, progress: Progress) -> Outcome:
    """Carry out a plan that the user has seen and confirmed.

    Raises `ConfirmationNeeded`, `FingerprintMismatch`, `ChangedSince`, `Busy`, `JournalUnusable`
    before anything is touched; `ChangeFailed`, `Cancelled`, `RightsMissing`, `RefusedByUser` after
    everything was rolled back.
    """
    confirmation.check(plan, word)
    if not plan.steps:
        return Outcome((), (f"{plan.title}. Nothing had to be changed.".lstrip(". "),), False)
    with _changing(engine, progress) as (journal, said):
        if plan.keep_going:
            return _each(engine, journal, plan, said, progress)
        todo, already = _still_to_do(engine, plan.steps)
        said.extend(already)
        if not todo:
            return Outcome((), (*said, "Nothing had to be changed."), False)
        name = uuid.uuid4().hex
        changes = _carry_out(engine, journal, [_change(name, s, e) for s, e in todo], progress)
        said.extend(_told(engine, changes))
        return Outcome(changes, tuple(said), True)


def _each(
    engine: Ground,
    journal: Journal,
    plan: Plan,
    said: list[str],
    progress: Progress,
) -> Outcome:
    """Every step by itself; the first failure is raised when nothing at all could be done."""
    name = uuid.uuid4().hex
    done: list[Change] = []
    failed: list[tuple[Step, Exception]] = []
    for number, step in enumerate(plan.steps, 1):
        try:
            todo, already = _still_to_do(engine, [step])
            said.extend(already)
            planned = [_change(f"{name}/{number}", s, e) for s, e in todo]
            done += _carry_out(engine, journal, planned, progress) if planned else ()
        except Cancelled:
            if not done:
                raise
            failed.append((step, Cancelled("It was stopped before.")))
            break
        except (StoreError, TrustManagerError, OSError) as error:
            failed.append((step, error))
    if failed and not done:
        raise failed[0][1]
    said.extend(_told(engine, done))
    failures = tuple(f"{step.store_title} was not changed: {error}" for step, error in failed)
    return Outcome(tuple(done), tuple(said), bool(done), failures)


def _told(engine: Ground, changes: Sequence[Change]) -> Iterator[str]:
    yield from (words.done(c.operation, c.subject, c.store_title) for c in changes)
    yield from filter(None, (acting.left_by_others(engine, c) for c in changes))


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
    with _changing(engine, progress) as (journal, said):
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
    try:
        done = _carry_out(engine, journal, [_reverse(name, change) for change in todo], progress)
    except NotOurs as error:
        raise ChangedSince(
            f"{error.sentence} So change {todo[0].id} is not taken back.",
            f"`trustmgr remove {todo[0].sha256} --force` takes it out all the same.",
        ) from error
    for change, reverse in zip(todo, done, strict=True):
        left = acting.left_by_others(engine, reverse)
        said.append(f"Change {change.id} was undone: {left or _as_before(change)}")
    return Outcome(done, tuple(said), True)


@contextmanager
def _changing(engine: Ground, progress: Progress) -> Iterator[tuple[Journal, list[str]]]:
    """Alone, with the mark set, the journal open and nothing left over from a kill."""
    with guard.guarded(progress):
        left_over = guard.marked()
        with open_journal(write=True) as journal:
            guard.set_mark()
            said = list(recovery.resolve(engine, journal)) if left_over else []
            try:
                yield journal, said
            finally:
                unfinished = True
                with suppress(Exception):
                    unfinished = bool(journal.unfinished())
                if not unfinished:
                    guard.clear_mark()


def _still_to_do(
    engine: Ground, steps: Sequence[Step]
) -> tuple[list[tuple[Step, Entry | None]], list[str]]:
    """Compare the stores with what the plan was made for."""
    todo: list[tuple[Step, Entry | None]] = []
    said: list[str] = []
    for step in steps:
        entry = entries.find(engine.store(step.store), step.sha256)
        now = entry.trust if entry is not None else None
        goal = None if step.operation is Operation.REMOVE else step.effective_trust
        if now == goal:
            said.append(f"{step.store_title} was brought there by somebody else meanwhile.")
        elif not _as_planned(step, now):
            raise ChangedSince(
                f"Somebody else changed {step.store_title} after this was reviewed (the certificate is "
                f"now: {words.trust_words(now)}).",
                "Nothing was changed. Review it again.",
            )
        else:
            todo.append((step, entry))
    return todo, said


def _as_planned(step: Step, now: Trust | None) -> bool:
    if step.operation is Operation.ADD:
        return now is None
    return now is not None and (step.before is None or step.before == now)


def _carry_out(
    engine: Ground, journal: Journal, planned: Sequence[Change], progress: Progress
) -> tuple[Change, ...]:
    progress.check()
    changes = journal.begin(planned)
    begun: list[Change] = []
    try:
        for change in changes:
            progress.say(f"{_doing(change)} {change.store_title}")
            begun.append(change)
            acting.make(engine, change)
        journal.settle([(change, State.DONE, "") for change in changes])
    except BaseException as error:
        left = roll_back(engine, journal, changes, begun, error)
        raise _explained(error, left, len(begun) > 1) from error
    return tuple(journal.change(change.id) for change in changes)


def _explained(error: BaseException, left: Sequence[str], several: bool) -> BaseException:
    """The error as the user should hear it; rights and refusals keep their own class."""
    from platform_backends.base import RefusedByUser, RightsMissing, UnsafeFile, WriteFailed

    if left:
        sentence = (
            error.sentence if isinstance(error, (StoreError, TrustManagerError)) else str(error)
        )
        return ChangeFailed(
            f"{sentence} Rolling back failed, too: {' '.join(left)}",
            "The next start of Trust Manager tries again; the journal keeps what has to be done.",
        )
    back = "Everything is as it was before." if several else "The store is as it was before."
    if isinstance(error, WriteFailed) and not error.rolled_back:
        return ChangeFailed(f"{error.sentence} A second try took it back. {back}")
    if isinstance(error, (RightsMissing, RefusedByUser)) or not isinstance(
        error, (StoreError, TrustManagerError, OSError)
    ):
        return error
    if (
        isinstance(error, StoreError)
        and not several
        and not isinstance(error, (WriteFailed, UnsafeFile))
    ):
        return error  # the store refused before it did anything
    if isinstance(error, OSError):
        return ChangeFailed(f"The change failed: {error.strerror or error}. {back}", "Try again.")
    if isinstance(error, TrustManagerError) and not isinstance(error, ChangeFailed):
        return error  # Cancelled, JournalUnusable: they say themselves that nothing was changed
    return ChangeFailed(f"{error.sentence} {back}", error.next_step)


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


def _change(plan: str, step: Step, entry: Entry | None) -> Change:
    return Change(
        id=0,
        plan=plan,
        at=datetime.now(UTC),
        store=step.store,
        store_title=step.store_title,
        operation=step.operation,
        sha256=step.sha256,
        subject=_title(step.der, step.sha256),
        der=step.der,
        trust_before=entry.trust if entry is not None else None,
        origin_before=entry.origin if entry is not None else None,
        trust_after=None if step.operation is Operation.REMOVE else step.effective_trust,
        force=step.force,
        state=State.PENDING,
        message="",
        who=_who(),
    )


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
        who=_who(),
        undoes=change.id,
    )


def _title(der: bytes, sha256: str) -> str:
    from trustmgr.certificate import Certificate

    try:
        return Certificate(der).title
    except ValueError:
        return sha256


def _who() -> str:
    """The account that changes, and who stands behind sudo or pkexec."""
    import getpass
    import os

    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    behind = os.environ.get("SUDO_USER", "")
    return f"{name} ({behind})" if behind and behind != name else name


def _doing(change: Change) -> str:
    return {
        Operation.ADD: "Adding to",
        Operation.REMOVE: "Removing from",
        Operation.SET_TRUST: "Changing the trust in",
    }[change.operation]


def _as_before(change: Change) -> str:
    return f"in {change.store_title}, “{change.subject}” is {_again(change.trust_before)}."


def _again(before: Trust | None) -> str:
    return "no longer there" if before is None else f"{words.trust_words(before)} again"


def _already_back(change: Change) -> str:
    return (
        f"Somebody else had already taken change {change.id} back: in {change.store_title}, "
        f"“{change.subject}” is {words.trust_words(change.trust_before)}. Nothing had to be changed."
    )

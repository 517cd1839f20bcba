"""Doing what a plan says, all or nothing unless it keeps going: the journal first, then the stores, then reading
back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from platform_backends import settings
from platform_backends.base import Entry, Operation, StoreError, Trust, is_setting
from trustmgr.errors import Cancelled, TrustManagerError
from trustmgr.plan import Confirmation, Plan, Step
from trustmgr.progress import Progress
from trustmgr.remedy import acting, confirmation, entries, words
from trustmgr.remedy.carrying import ChangedSince, Outcome, carry_out, changing, who
from trustmgr.remedy.change import Change, State
from trustmgr.remedy.journal import Journal

if TYPE_CHECKING:
    from trustmgr.ground import Ground

__all__ = ["ChangedSince", "Outcome", "apply"]


def apply(engine: Ground, plan: Plan, word: Confirmation, progress: Progress) -> Outcome:
    """Carry out a plan that the user has seen and confirmed.

    Raises `ConfirmationNeeded`, `FingerprintMismatch`, `ChangedSince`, `Busy`, `JournalUnusable`
    before anything is touched; `ChangeFailed`, `Cancelled`, `RightsMissing`, `RefusedByUser` after
    everything was rolled back.
    """
    confirmation.check(plan, word)
    if not plan.steps:
        return Outcome((), (f"{plan.title}. Nothing had to be changed.".lstrip(". "),), False)
    with changing(engine, progress) as (journal, said):
        if plan.keep_going:
            return _each(engine, journal, plan, said, progress)
        todo, already = _still_to_do(engine, plan.steps)
        said.extend(already)
        if not todo:
            return Outcome((), (*said, "Nothing had to be changed."), False)
        name = uuid.uuid4().hex
        changes = carry_out(engine, journal, [_change(name, s, e) for s, e in todo], progress)
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
            done += carry_out(engine, journal, planned, progress) if planned else ()
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
    for change in changes:
        if change.state is State.NOT_NEEDED:
            yield f"{change.store_title} trusts “{change.subject}” already, by an earlier step."
        else:
            yield words.done(change.operation, change.subject, change.store_title)
    yield from filter(None, (acting.left_by_others(engine, c) for c in changes))


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


def _change(plan: str, step: Step, entry: Entry | None) -> Change:
    return Change(
        id=0,
        plan=plan,
        at=datetime.now(UTC),
        store=step.store,
        store_title=step.store_title,
        operation=step.operation,
        sha256=step.sha256,
        subject=_title(step),
        der=step.der,
        trust_before=entry.trust if entry is not None else None,
        origin_before=entry.origin if entry is not None else None,
        trust_after=None if step.operation is Operation.REMOVE else step.effective_trust,
        force=step.force,
        state=State.PENDING,
        message="",
        who=who(),
    )


def _title(step: Step) -> str:
    from trustmgr.certificate import Certificate

    if is_setting(step.store):
        return settings.title(step.der)
    try:
        return Certificate(step.der).title
    except ValueError:
        return step.sha256

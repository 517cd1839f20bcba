"""After a kill: what was pending is resolved towards less trust, and said in one sentence each.

Changes that give trust are rolled back, together with what was already done of their plan; changes
that take trust away are finished.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trustmgr.remedy import guard

if TYPE_CHECKING:
    from trustmgr.ground import Ground
    from trustmgr.remedy.change import Change
    from trustmgr.remedy.journal import Journal


def recover(engine: Ground) -> tuple[str, ...]:
    """Resolve what a kill left. One ``stat`` when there is nothing.

    Never asks for a password: a store that needs one stays pending, and the sentence says what to
    run. Raises `JournalUnusable` and `StateUnusable`.
    """
    if not guard.marked():
        return ()
    from trustmgr.remedy.journal import open_journal

    try:
        with guard.guarded(patience=0):
            with open_journal(write=True) as journal:
                said = resolve(engine, journal, ask=False)
                finished = not journal.unfinished()
            if finished:
                guard.clear_mark()
            return said
    except guard.Busy:
        return ()  # it was no kill: another process is in the middle of its change


def resolve(engine: Ground, journal: Journal, *, ask: bool = True) -> tuple[str, ...]:
    """Resolve every pending change. The caller holds the lock. `ask`: passwords may be asked for."""
    from trustmgr.remedy.change import State

    # What was done of a plan that never ended is pending again first: a kill during recovery itself
    # must not forget it.
    done = [c for c in journal.unfinished() if c.state is State.DONE and c.gives_trust]
    if done:
        journal.settle([(change, State.PENDING, "") for change in done])
    return tuple(
        sentence
        for change in journal.unfinished()
        if change.state is State.PENDING
        for sentence in _resolve(engine, journal, change, ask=ask)
    )


def _resolve(engine: Ground, journal: Journal, change: Change, *, ask: bool) -> Iterator[str]:
    from platform_backends.base import NotOurs, StoreError
    from trustmgr.remedy import acting
    from trustmgr.remedy.change import State

    back = change.gives_trust
    state = State.ROLLED_BACK if back else State.DONE
    try:
        if not ask:
            _refuse_password(engine, change)
        (acting.take_back if back else acting.make)(engine, change)
    except NotOurs:
        journal.settle([(change, state, "Somebody else has put it there; it was left alone.")])
        yield f"{_what(change)} It was left as somebody else has put it."
    except StoreError as error:
        yield f"{_what(change)} It is not resolved yet: {error.sentence} {_next(error)}".rstrip()
    else:
        how = "rolled back" if back else "finished"
        journal.settle([(change, state, f"Interrupted, then {how} at the next start.")])
        yield f"{_what(change)} It was {how}."


def _refuse_password(engine: Ground, change: Change) -> None:
    """What the store shows is no proof here: only root can see whether it was left half changed."""
    from platform_backends.base import Privilege, RightsMissing
    from trustmgr.remedy import by_hand

    if engine.store(change.store).privilege is not Privilege.NONE:
        command = by_hand.recover_command()
        raise RightsMissing(
            f"Changing {change.store_title} needs an administrator's rights.",
            by_hand.advice(command),
            command,
        )


def _what(change: Change) -> str:
    verb = {"add": "Adding", "remove": "Removing", "set-trust": "Changing the trust of"}
    undone = "Undoing: " if change.undoes is not None else ""
    return (
        f"{undone}{verb[change.operation.value]} “{change.subject}” ({change.store_title}) was "
        "interrupted."
    )


def _next(error: Exception) -> str:
    from trustmgr.remedy import by_hand

    command = getattr(error, "command", "")
    return by_hand.advice(command) if command else str(getattr(error, "next_step", ""))

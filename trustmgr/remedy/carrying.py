"""Carrying recorded changes out together: alone, journal first, and rolled back when one of them fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_backends.base import Operation, StoreError
from trustmgr.errors import ChangeFailed, TrustManagerError
from trustmgr.progress import Progress
from trustmgr.remedy import acting, guard, newcomers, recovery
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


_BY_ANOTHER = "An earlier change of the same plan had this effect, too."


@contextmanager
def changing(engine: Ground, progress: Progress) -> Iterator[tuple[Journal, list[str]]]:
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


def carry_out(
    engine: Ground, journal: Journal, planned: Sequence[Change], progress: Progress
) -> tuple[Change, ...]:
    """Write them down, make them, and settle the journal: all or none."""
    progress.check()
    newcomers.note(engine, journal, planned)
    changes = journal.begin(planned)
    begun: list[Change] = []
    try:
        for change in changes:
            if begun and _had_already(engine, change):
                journal.settle([(change, State.NOT_NEEDED, _BY_ANOTHER)])
                continue
            progress.say(f"{_doing(change)} {change.store_title}")
            begun.append(change)
            acting.make(engine, change)
        journal.settle([(change, State.DONE, "") for change in begun])
    except BaseException as error:
        open_ones = [c for c in changes if journal.change(c.id).state is not State.NOT_NEEDED]
        left = roll_back(engine, journal, open_ones, begun, error)
        raise _explained(error, left, len(begun) > 1) from error
    return tuple(journal.change(change.id) for change in changes)


def _had_already(engine: Ground, change: Change) -> bool:
    """Whether an earlier change of the plan did this one's work: a tool's setting may name the system's
    own file. To take it back is then that one's business, too."""
    gives = change.undoes is None and change.trust_after is not None
    return gives and acting.trust_now(engine, change) == change.trust_after


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


def who() -> str:
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

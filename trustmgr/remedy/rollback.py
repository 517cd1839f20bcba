"""Taking back the steps of a plan that could not be finished, while the program is still alive."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from platform_backends.base import StoreError, WriteFailed
from trustmgr.errors import TrustManagerError
from trustmgr.remedy import acting
from trustmgr.remedy.change import Change, State
from trustmgr.remedy.journal import Journal

if TYPE_CHECKING:
    from trustmgr.ground import Ground


def roll_back(
    engine: Ground,
    journal: Journal,
    changes: Sequence[Change],
    begun: Sequence[Change],
    error: BaseException,
) -> list[str]:
    """Last first. A sentence for each change that could not be taken back and stays pending.

    `changes` is the whole plan, `begun` the part of it that was tried: the last of these is the one
    that failed. The journal is settled at the end; when it cannot be, the changes stay pending and
    the next start finds that nothing is left to do.
    """
    left: list[str] = []
    settled: list[tuple[Change, State, str]] = [
        (change, State.ROLLED_BACK, "Not begun.") for change in changes if change not in begun
    ]
    reason = _reason(error)
    for change in reversed(begun):
        try:
            _restore(engine, change, unsure=change is begun[-1] and _unsure(error))
        except (StoreError, TrustManagerError, OSError) as failure:
            left.append(f"{change.store_title}: {_reason(failure)}")
        else:
            failed = change is begun[-1]
            settled.append((change, State.FAILED if failed else State.ROLLED_BACK, reason))
    try:
        journal.settle(settled)
    except sqlite3.Error as failure:
        if not left:
            left.append(f"the journal could not be written ({failure}).")
    return left


def _restore(engine: Ground, change: Change, *, unsure: bool) -> None:
    """Nothing is asked of the store when it already is as it was, so no password either."""
    if unsure or acting.trust_now(engine, change) != change.trust_before:
        acting.take_back(engine, change)


def _unsure(error: BaseException) -> bool:
    """Whether it may be left half changed: the store says so, or was stopped (Ctrl-C)."""
    if isinstance(error, WriteFailed):
        return not error.rolled_back
    return not isinstance(error, (StoreError, TrustManagerError, OSError))


def _reason(error: BaseException) -> str:
    sentence = getattr(error, "sentence", "")
    return str(sentence or error or type(error).__name__)

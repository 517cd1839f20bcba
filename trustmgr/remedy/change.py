"""A change: what the journal remembers of one step on one store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from platform_backends.base import Decision, Operation, Origin, Purpose, Trust


class State(StrEnum):
    """Where a change stands."""

    PENDING = "pending"  # written down; the store may or may not have it yet
    DONE = "done"
    FAILED = "failed"  # the store is as it was
    ROLLED_BACK = "rolled-back"
    UNDONE = "undone"
    NOT_NEEDED = "not-needed"  # an earlier change of the same plan had this effect, too


@dataclass(frozen=True)
class Change:
    """One add, remove or set-trust on one store. No private keys, ever."""

    id: int
    plan: str  # changes with the same plan stand or fall together; "group/n" stands alone
    at: datetime  # UTC, when it was written down
    store: str  # id
    store_title: str
    operation: Operation
    sha256: str
    subject: str  # inert
    der: bytes
    trust_before: Trust | None  # None: the entry was not there
    origin_before: Origin | None
    trust_after: Trust | None  # None: the entry is not there
    force: bool
    state: State
    message: str
    who: str
    undoes: int | None = None  # the change that this one takes back

    @property
    def group(self) -> str:
        """Changes of one review are undone together, also those that stand alone."""
        return self.plan.partition("/")[0]

    @property
    def undoable(self) -> bool:
        """Whether `undo` can take it back: done, and not an undo itself."""
        return self.state is State.DONE and self.undoes is None

    @property
    def gives_trust(self) -> bool:
        """Whether more is trusted after it than before: such changes are rolled back after a kill,
        the others are finished."""
        return more(self.trust_before, self.trust_after)


def more(before: Trust | None, after: Trust | None) -> bool:
    """Whether a purpose gains: from distrusted to anything else, or to trusted."""
    return any(_rank(after, purpose) > _rank(before, purpose) for purpose in Purpose)


def _rank(trust: Trust | None, purpose: Purpose) -> int:
    decision = trust.decision(purpose) if trust is not None else Decision.UNSPECIFIED
    return (Decision.DISTRUSTED, Decision.UNSPECIFIED, Decision.TRUSTED).index(decision)

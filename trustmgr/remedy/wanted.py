"""What an earlier change wanted, whether a store agrees, and the offer to do it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from platform_backends.base import Decision, Entry, Purpose, is_setting
from trustmgr.remedy.change import Change


class Again(StrEnum):
    """What would bring an earlier change back."""

    IMPORT = "import"
    DISTRUST = "distrust"
    REMOVE = "remove"
    SETTING = "setting"


@dataclass(frozen=True)
class Drift:
    """One change that no longer holds, or (`certain` false) of which nobody can tell.

    `stores`: where to do it again; another one when the store itself is gone. `newcomer`: it holds,
    and is missing in a store that came later.
    """

    change: Change
    reason: str  # a plain sentence
    again: Again
    stores: tuple[str, ...]
    certain: bool = True
    newcomer: bool = False


def missed(change: Change) -> bool:
    """Whether anybody would want it again."""
    if change.trust_after is None:
        return change.undoes is None and not is_setting(change.store)
    return again(change) is not Again.IMPORT or not _expired(change.der)


def _expired(der: bytes) -> bool:
    from trustmgr.certificate import Certificate

    try:
        return datetime.now(UTC) > Certificate(der).not_after
    except ValueError:
        return False


def holds(change: Change, found: Entry | None) -> bool:
    """Whether an entry is as the change left it."""
    wanted = change.trust_after
    if wanted is None:
        return found is None or (not change.force and change.origin_before != found.origin)
    return found is not None and all(
        found.trust.decision(purpose) is wanted.decision(purpose)
        for purpose in Purpose
        if wanted.decision(purpose) is not Decision.UNSPECIFIED
    )


def again(change: Change) -> Again:
    """What would bring a change back."""
    wanted = change.trust_after
    if is_setting(change.store):
        return Again.SETTING
    if wanted is None:
        return Again.REMOVE
    if any(wanted.decision(purpose) is Decision.DISTRUSTED for purpose in Purpose):
        return Again.DISTRUST
    return Again.IMPORT


def purposes(change: Change) -> tuple[Purpose, ...]:
    """What the change made the certificate trusted for."""
    wanted = change.trust_after
    return tuple(
        p for p in Purpose if wanted is not None and wanted.decision(p) is Decision.TRUSTED
    )

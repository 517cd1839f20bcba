"""`clock-wrong`: this machine's clock stands before a moment that has certainly passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trustmgr import RELEASED
from trustmgr.diagnose.case import Case, day
from trustmgr.findings import Finding

#: Time zones and a slow clock never make more than a day.
_TOLERANCE = timedelta(days=1)


def clock_is_wrong(case: Case) -> bool:
    """Whether the clock stands before this program was released. ``--at`` is a question, not a clock."""
    evidence = case.evidence
    return evidence.judged_at == evidence.collected_at and (
        evidence.collected_at < RELEASED - _TOLERANCE
    )


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if clock_is_wrong(case):
        yield case.finding(
            "clock-wrong",
            f"This machine's clock says {day(case.evidence.collected_at)}, but this program was made "
            f"on {day(RELEASED)}. With a wrong clock every certificate looks wrong.",
            proof=f"Clock: {case.evidence.collected_at.isoformat()}; released: {RELEASED.isoformat()}.",
        )

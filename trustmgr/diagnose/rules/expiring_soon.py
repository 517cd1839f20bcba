"""`expiring-soon`, a notice: the certificate ends within 30 days and a third of its lifetime."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trustmgr.diagnose.case import Case, day
from trustmgr.findings import Finding

_SOON = timedelta(days=30)


def find(case: Case) -> Iterator[Finding]:
    """At most one notice, about the site's own certificate."""
    if case.path is None:
        return
    leaf = case.path.leaf
    left = leaf.not_after - case.at
    if timedelta(0) <= left < min(_SOON, (leaf.not_after - leaf.not_before) / 3):
        when = {0: "within a day", 1: "in one day"}.get(left.days, f"in {left.days} days")
        yield case.finding(
            "expiring-soon",
            f"The certificate ends on {day(leaf.not_after)}, {when}.",
            index=0,
            proof=f"notAfter is {leaf.not_after.isoformat()}.",
        )

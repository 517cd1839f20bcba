"""`clock-wrong`: this machine's clock is not right, say witnesses that know nothing of each other.

Certificates are then judged by what the witnesses say: one that only the clock makes look expired is
not called so. See `trustmgr.diagnose.clock`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding, Severity

_FORMAT = "%Y-%m-%d %H:%M UTC"


def find(case: Case) -> Iterator[Finding]:
    """At most one finding; a warning or a notice when one witness stands alone."""
    clock, shown = case.clock, case.evidence.collected_at
    if clock is None or not (clock.wrong or clock.doubtful):
        return
    proof = f"The clock says {shown.strftime(_FORMAT)}, but {'; '.join(clock.witnesses)}."
    if clock.wrong:
        direction = "behind" if clock.now > shown else "ahead"
        yield case.finding(
            "clock-wrong",
            f"This computer's clock says {shown.strftime(_FORMAT)} and is {direction} by "
            f"{_length(abs(clock.now - shown))}. With a wrong clock, good certificates look expired or "
            "not yet valid.",
            proof=proof,
        )
    else:
        yield case.finding(
            "clock-wrong",
            "The site's clock and this computer's clock do not agree, and by the site's clock its "
            "certificates are valid. Check the date and time of this computer before anything else.",
            proof=proof,
            severity=Severity.NOTICE if clock.supported else Severity.WARNING,
        )


def _length(apart: timedelta) -> str:
    """About how long: ``3 days``, ``about 2 years``."""
    if apart.days >= 700:
        return f"about {round(apart.days / 365.25)} years"
    if apart.days:
        return f"{apart.days} day{'s'[: apart.days != 1]}"
    minutes = apart.seconds // 60
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes"

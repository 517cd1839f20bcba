"""What one source says about one certificate: the three answers of revocation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

_SKEW = timedelta(minutes=10)  # clocks of responders differ a little


class Status(Enum):
    """Unavailable is never good: nothing is known then."""

    GOOD = "good"
    REVOKED = "revoked"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Answer:
    """A status with its proof in words."""

    kind: Status
    proof: str
    when: datetime | None = None


def fresh(start: datetime | None, end: datetime | None, at: datetime) -> bool:
    """Whether an answer that was made at `start` and holds until `end` holds at `at`."""
    if start is None or start > at + _SKEW:
        return False
    return end is None or at <= end + _SKEW

"""What one source says about one certificate: the answers of revocation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

#: Clocks of servers differ a little.
SKEW = timedelta(minutes=10)


class Status(Enum):
    """The weightiest first. Only GOOD is good: after the last three nothing is known."""

    REVOKED = "revoked"
    GOOD = "good"
    UNKNOWN = "unknown"  # the issuer's own service has never heard of the certificate
    UNAVAILABLE = "unavailable"  # an answer came that does not count
    UNREACHABLE = "unreachable"  # no answer came


@dataclass(frozen=True)
class Answer:
    """A status with its proof in words."""

    kind: Status
    proof: str
    when: datetime | None = None


def worst(answers: Iterable[Answer]) -> Answer | None:
    """The weightiest of several answers, the first of equals; None for none."""
    order = list(Status)
    return min(answers, key=lambda answer: order.index(answer.kind), default=None)


def fresh(start: datetime | None, end: datetime | None, at: datetime) -> bool:
    """Whether an answer that was made at `start` and holds until `end` holds at `at`."""
    if start is None or start > at + SKEW:
        return False
    return end is None or at <= end + SKEW

"""Trust Manager's engine and command line."""

from datetime import UTC, datetime

__version__ = "0.1.0"

#: A moment that has certainly passed when this program runs: a clock before it is wrong.
RELEASED = datetime(2026, 11, 1, tzinfo=UTC)

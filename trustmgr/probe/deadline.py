"""How long something may take, and whether it should go on at all."""

from __future__ import annotations

import time

from trustmgr.progress import Progress

#: Nothing waits longer than this, in seconds, without asking whether the user pressed Cancel.
SLICE = 0.1


class Deadline:
    """A moment after which waiting ends; knows whether the user asked to stop."""

    def __init__(self, seconds: float, progress: Progress) -> None:
        self.progress = progress
        self._end = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    @property
    def expired(self) -> bool:
        """Whether no time is left."""
        return self.remaining == 0.0

    def within(self, seconds: float) -> Deadline:
        """A shorter deadline that never outlasts this one."""
        return Deadline(min(seconds, self.remaining), self.progress)

    def next_wait(self) -> float:
        """Seconds to wait before asking again. Raises `Cancelled`; zero when time is up."""
        self.progress.check()
        return min(SLICE, self.remaining)

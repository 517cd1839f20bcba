"""How far many targets are: one line on stderr that follows the work, on a terminal only."""

from __future__ import annotations

import os
import sys
import time

#: Seconds between two changes of the line: more often nobody can read it.
_PAUSE = 0.1


class ProgressLine:
    """Counts targets; cleared before anything else is written, and shown again behind it."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._problems = 0
        self._wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._shown = ""
        self._next = 0.0
        self._show()

    @property
    def so_far(self) -> str:
        """What is done, in words."""
        return f"{self._done} of {self._total} targets were inspected"

    def count(self, targets: int, *, good: bool) -> None:
        """So many more are done."""
        self._done += targets
        self._problems += 0 if good else targets
        self._show()

    def clear(self) -> None:
        """Make room for something else."""
        if self._shown:
            sys.stderr.write("\r" + " " * len(self._shown) + "\r")
            sys.stderr.flush()
            self._shown = ""

    def _show(self) -> None:
        if self._wanted and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PAUSE
            self.clear()
            self._shown = f"{self._done} of {self._total} inspected, {self._problems} with problems"
            sys.stderr.write(self._shown)
            sys.stderr.flush()

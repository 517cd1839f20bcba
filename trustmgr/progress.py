"""How long work tells what it is doing and learns that it should stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from trustmgr.errors import Cancelled


class Progress:
    """Handed down into everything slow; safe to use from any thread."""

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        self._tell = tell
        self._cancelled = threading.Event()

    def say(self, sentence: str) -> None:
        """Tell the user what begins now. Raises `Cancelled` when it should not begin."""
        self.check()
        if self._tell is not None:
            self._tell(sentence)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise `Cancelled` when somebody asked to stop."""
        if self.cancelled:
            raise Cancelled("Stopped, as you asked.", "Nothing was changed.")

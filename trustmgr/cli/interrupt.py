"""Ctrl+C as a wish to stop, so that nothing is cut in the middle of being written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from trustmgr.progress import Progress


@contextmanager
def ctrl_c_cancels(progress: Progress) -> Iterator[None]:
    """The first Ctrl+C cancels; a second one interrupts whatever is done, as always."""
    usual = signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or usual is not signal.default_int_handler:  # shells ignore it in the background
        yield
        return

    def heard(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, usual)
        progress.cancel()

    signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)

"""Drives the probe of one target: every wait blocks, and looks now and then whether to stop."""

from __future__ import annotations

import selectors
import threading
from collections.abc import Coroutine
from contextlib import closing
from typing import Any, TypeVar

from trustmgr.probe.waits import Finished, Ready

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine of the probe. Raises what it raises, and `Cancelled`."""
    answer = None
    with closing(work):
        while True:
            try:
                wait = work.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result
            answer = _ready(wait) if isinstance(wait, Ready) else _finished(wait)


def _ready(wait: Ready) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(wait.sock, wait.event)
        while not selector.select(wait.until.next_wait()):
            if wait.until.expired:
                return False
    return True


def _finished(wait: Finished) -> bool:
    done = threading.Event()

    def work() -> None:
        wait.call()
        done.set()

    threading.Thread(target=work, daemon=True).start()
    while not done.wait(wait.until.next_wait()):
        if wait.until.expired:
            return False
    return True

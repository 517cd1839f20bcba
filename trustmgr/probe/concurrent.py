"""Drives the probe of one target among many, in an asyncio loop."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Coroutine
from contextlib import closing, suppress
from typing import Any, TypeVar

from trustmgr.probe.waits import Finished, Ready

T = TypeVar("T")


async def drive(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine of the probe. Raises what it raises; cancelling lets go of it."""
    answer = None
    with closing(work):
        while True:
            try:
                wait = work.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result
            answer = await (_ready(wait) if isinstance(wait, Ready) else _finished(wait))


async def _ready(wait: Ready) -> bool:
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    reading = wait.event == selectors.EVENT_READ
    number = (
        wait.sock.fileno()
    )  # a socket would be described at length in an error that nobody sees
    timer = loop.call_later(wait.until.remaining, _settle, answer, False)
    (loop.add_reader if reading else loop.add_writer)(number, _settle, answer, True)
    try:
        return bool(await answer)
    finally:
        timer.cancel()
        (loop.remove_reader if reading else loop.remove_writer)(number)


async def _finished(wait: Finished) -> bool:
    loop = asyncio.get_running_loop()
    answer = loop.create_future()

    def work() -> None:
        wait.call()
        with suppress(RuntimeError):  # the loop may have ended long ago
            loop.call_soon_threadsafe(_settle, answer, True)

    timer = loop.call_later(wait.until.remaining, _settle, answer, False)
    threading.Thread(target=work, daemon=True).start()
    try:
        return bool(await answer)
    finally:
        timer.cancel()


def _settle(answer: asyncio.Future[bool], value: bool) -> None:
    if not answer.done():
        answer.set_result(value)

"""What a probe waits for.

The probe is written once, as coroutines that know of no loop: where one has to wait, it awaits one of
these, and whoever drives it does the waiting, for one target (`blocking`) or for many (`concurrent`).
Both answer whether it came in time.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from typing import NamedTuple, TypeVar

from trustmgr.probe.deadline import Deadline

T = TypeVar("T")


class Ready(NamedTuple):
    """A socket that can be read from (or written to, or is connected)."""

    sock: socket.socket
    event: int  # selectors.EVENT_READ or EVENT_WRITE
    until: Deadline

    def __await__(self) -> Generator[Wait, bool, bool]:
        """True when it is ready, False when time is up."""
        return (yield self)


class Finished(NamedTuple):
    """The end of a call that nobody can interrupt. It never raises.

    It has a thread of its own, which is left behind when time is up.
    """

    call: Callable[[], None]
    until: Deadline

    def __await__(self) -> Generator[Wait, bool, bool]:
        """True when it has returned, False when time is up."""
        return (yield self)


Wait = Ready | Finished


async def aside(call: Callable[[], T], until: Deadline) -> T:
    """The result of a call that may compute for long, while others go on. Raises what it raises, and
    `TimeoutError`."""
    result: list[T] = []
    failure: list[Exception] = []

    def work() -> None:
        try:
            result.append(call())
        except Exception as error:
            failure.append(error)

    if not await Finished(work, until):
        raise TimeoutError
    if failure:
        raise failure[0]
    return result[0]

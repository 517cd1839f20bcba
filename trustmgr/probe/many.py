"""Many coroutines of the probe at once, in one event loop that has a thread of its own.

The loop does nothing but wait and shake hands; what comes out is judged and shown by the caller's
thread, however long that takes, and nobody's time runs out meanwhile.
"""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from trustmgr.probe.concurrent import drive
from trustmgr.probe.deadline import SLICE
from trustmgr.progress import Progress

T = TypeVar("T")
Job = Callable[[], Coroutine[Any, Any, T]]

#: Jobs at a time that have just begun: enough to keep a processor busy while answers are on their way,
#: so few that none of them waits long for its turn.
YOUNG = 100
#: Seconds after which a job is waiting rather than working, and makes room for another one.
YOUTH = 1.0
#: Jobs at a time altogether. Each has a socket; Windows' select() takes 512 of them.
MOST = 400 if sys.platform == "win32" else 1000
#: Descriptors that are left for everything else.
_SPARED = 100


def run_many(
    jobs: Sequence[Job[T]], progress: Progress
) -> Generator[tuple[int, T | Exception], None, None]:
    """Each job's place and its result, or what it raised, as they are done.

    While nobody takes the results no further jobs begin. Leaving the iterator ends what runs.
    Raises `Cancelled`.
    """
    crew = _Crew(jobs)
    crew.start()
    try:
        for _ in jobs:
            yield crew.next(progress)
    finally:
        crew.stop()


class _Crew(Generic[T]):
    """The thread with the loop, and what passes between it and the caller."""

    def __init__(self, jobs: Sequence[Job[T]]) -> None:
        self._jobs = jobs
        self._most = most_at_once()
        self._done: queue.SimpleQueue[tuple[int, T | Exception] | BaseException]
        self._done = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="trustmgr-probe", daemon=True)
        self._loop = asyncio.SelectorEventLoop()  # on Windows too: it can watch any socket
        self._stopped = asyncio.Event()
        self._changed = asyncio.Event()
        self._young: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._untaken = 0

    # -- in the caller's thread ----------------------------------------------------------------

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def next(self, progress: Progress) -> tuple[int, T | Exception]:
        """The next result. Raises `Cancelled`."""
        while True:
            progress.check()
            try:
                outcome = self._done.get(timeout=SLICE)
            except queue.Empty:
                continue
            if isinstance(outcome, BaseException):
                raise outcome
            self._loop.call_soon_threadsafe(self._taken)
            return outcome

    def stop(self) -> None:
        """End what still runs, and the thread."""
        with suppress(RuntimeError):  # it broke down before
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    # -- in the loop's thread ------------------------------------------------------------------

    def _work(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._until_stopped())  # leaving the runner cancels what is left
        except BaseException as error:  # a mistake of ours; the caller must not wait for ever
            self._done.put(error)

    async def _until_stopped(self) -> None:
        beginning = self._loop.create_task(self._begin_all())
        await self._stopped.wait()
        beginning.cancel()

    async def _begin_all(self) -> None:
        for place, job in enumerate(self._jobs):
            while self._is_full():
                self._changed.clear()
                await self._changed.wait()
            self._young.add(place)
            task = self._loop.create_task(self._one(place, job))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _is_full(self) -> bool:
        present = len(self._tasks) + self._untaken
        return len(self._young) + self._untaken >= YOUNG or present >= self._most

    async def _one(self, place: int, job: Job[T]) -> None:
        old = self._loop.call_later(YOUTH, self._grow_old, place)
        outcome: T | Exception
        try:
            outcome = await drive(job())
        except Exception as error:  # whatever it is, the others go on
            outcome = error
        finally:
            old.cancel()
            self._grow_old(place)
        self._untaken += 1
        self._done.put((place, outcome))

    def _grow_old(self, place: int) -> None:
        self._young.discard(place)
        self._changed.set()

    def _taken(self) -> None:
        self._untaken -= 1
        self._changed.set()


def most_at_once() -> int:
    """How many jobs may be under way, by the system's limit for open files."""
    if sys.platform == "win32":
        return MOST
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(1, min(MOST, soft - _SPARED))

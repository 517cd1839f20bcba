"""Work in the background: the window never blocks.

Each task is one thread with a `Progress` to talk through. Everything it tells arrives in the
window's own thread, in order; a task that was dropped tells nothing more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from trustmgr.progress import Progress

Work = Callable[[Progress], Any]


@dataclass(frozen=True)
class Listeners:
    """Whom a task tells what."""

    said: Callable[[str], None]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]


class Task:
    """One piece of work. `must_finish`: it changes something, so closing the window waits for it.

    Not a QObject: its life is Python's alone, so that no thread can outlive what it talks to.
    """

    def __init__(
        self, work: Work, tell: Callable[[Task, str, object], None], *, must_finish: bool
    ) -> None:
        self.must_finish = must_finish
        self.running = True
        self.dropped = False
        #: Called in the window's thread once it has ended, unless it was dropped.
        self.afterwards: list[Callable[[], None]] = []
        self.progress = Progress(lambda sentence: tell(self, "said", sentence))
        self._work, self._tell = work, tell
        # A daemon: a client that hangs may not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="trustmgr-task", daemon=True)

    def start(self) -> None:
        """Begin, once."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask it to stop at its next step; it will fail with `Cancelled`."""
        self.progress.cancel()

    def drop(self) -> None:
        """Cancel, and do not care for what it has to tell."""
        self.dropped = True
        self.cancel()

    def wait(self, seconds: float) -> None:
        """Wait for its thread, for tests and for the end of the program."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            result = self._work(self.progress)
        except BaseException as error:  # whatever it is, the window has to hear of it
            self._tell(self, "failed", error)
        else:
            self._tell(self, "done", result)


class Runner(QObject):
    """Starts tasks, knows which are running, and carries what they tell into its own thread."""

    idle = Signal()
    _arrived = Signal(object, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[Task, Listeners] = {}
        self._arrived.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Work,
        *,
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        said: Callable[[str], None] = lambda sentence: None,
        must_finish: bool = False,
    ) -> Task:
        """Start `work` in its own thread; the callbacks run in this one."""
        task = Task(work, self._tell, must_finish=must_finish)
        self._tasks[task] = Listeners(said, done, failed)
        task.start()
        return task

    @property
    def busy(self) -> bool:
        """Whether anything is running."""
        return bool(self._tasks)

    @property
    def changing(self) -> bool:
        """Whether something is running that must finish."""
        return any(task.must_finish for task in self._tasks)

    def cancel_all(self) -> None:
        """Ask everything to stop; drop what only looks."""
        for task in self._tasks:
            if task.must_finish:
                task.cancel()
            else:
                task.drop()

    def wait(self, seconds: float) -> None:
        """Give the threads this long to end."""
        end = time.monotonic() + seconds
        for task in list(self._tasks):
            task.wait(max(0.0, end - time.monotonic()))

    def _tell(self, task: Task, kind: str, payload: object) -> None:
        """Called by the task's thread."""
        with suppress(RuntimeError):  # the window is gone already
            self._arrived.emit(task, kind, payload)

    def _arrive(self, task: Task, kind: str, payload: object) -> None:
        listeners = self._tasks.get(task)
        if listeners is None:  # a helper of the task's own spoke after its end
            return
        if kind != "said":
            del self._tasks[task]
            task.running = False
        if not task.dropped:
            getattr(listeners, kind)(payload)
        if kind == "said":
            return
        for act in () if task.dropped else task.afterwards:
            act()
        if not self._tasks:
            self.idle.emit()

"""Work in the background: the window never blocks.

Each task is one thread with a `Progress` to talk through. Everything it tells arrives in the
window's own thread, in order; a task that was dropped tells nothing more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from trustmgr.progress import Progress

Work = Callable[[Progress], Any]


class Task(QObject):
    """One piece of work. `must_finish`: it changes something, so closing the window waits for it."""

    said = Signal(str)
    done = Signal(object)
    failed = Signal(object)
    ended = Signal()
    _arrived = Signal(str, object)

    def __init__(self, work: Work, parent: QObject, *, must_finish: bool = False) -> None:
        super().__init__(parent)
        self.must_finish = must_finish
        self.running = True
        self.progress = Progress(lambda sentence: self._send("said", sentence))
        self._work = work
        self._dropped = False
        self._arrived.connect(self._arrive, Qt.ConnectionType.QueuedConnection)
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
        self._dropped = True
        self.cancel()

    def wait(self, seconds: float) -> None:
        """Wait for its thread, for tests and for the end of the program."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            result = self._work(self.progress)
        except BaseException as error:  # whatever it is, the window has to hear of it
            self._send("failed", error)
        else:
            self._send("done", result)

    def _send(self, kind: str, payload: object) -> None:
        try:
            self._arrived.emit(kind, payload)
        except RuntimeError:  # the window is gone already
            return

    def _arrive(self, kind: str, payload: object) -> None:
        if kind == "said":
            if not self._dropped:
                self.said.emit(payload)
            return
        self.running = False
        if not self._dropped:
            (self.done if kind == "done" else self.failed).emit(payload)
        self.ended.emit()
        self.deleteLater()


class Runner(QObject):
    """Starts tasks and knows which are running."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: set[Task] = set()

    def run(
        self,
        work: Work,
        *,
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        said: Callable[[str], None] | None = None,
        must_finish: bool = False,
    ) -> Task:
        """Start `work` in its own thread; the callbacks run in this one."""
        task = Task(work, self, must_finish=must_finish)
        task.done.connect(done)
        task.failed.connect(failed)
        if said is not None:
            task.said.connect(said)
        task.ended.connect(lambda: self._forget(task))
        self._tasks.add(task)
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

    def _forget(self, task: Task) -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self.idle.emit()

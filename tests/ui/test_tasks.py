"""Background work: results in order, in the window's thread, and none after dropping."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from trustmgr.errors import Cancelled
from trustmgr.progress import Progress
from ui.tasks import Runner


def test_callbacks_come_in_order_in_this_thread(qtbot: QtBot) -> None:
    runner = Runner()
    heard: list[Any] = []
    mine = QThread.currentThread()

    def hear(value: Any) -> None:
        assert QThread.currentThread() is mine
        heard.append(value)

    def work(progress: Progress) -> str:
        progress.say("one")
        progress.say("two")
        return "end"

    with qtbot.waitSignal(runner.idle):
        runner.run(work, done=hear, failed=hear, said=hear)
    assert heard == ["one", "two", "end"]
    assert not runner.busy


def test_any_failure_arrives(qtbot: QtBot) -> None:
    runner = Runner()
    heard: list[BaseException] = []

    def work(progress: Progress) -> None:
        raise SystemExit(3)

    with qtbot.waitSignal(runner.idle):
        runner.run(work, done=lambda _: None, failed=heard.append)
    assert isinstance(heard[0], SystemExit)


def test_cancel_and_drop(qtbot: QtBot) -> None:
    runner = Runner()
    heard: list[Any] = []
    began = threading.Event()

    def work(progress: Progress) -> None:
        began.set()
        while True:
            progress.check()

    task = runner.run(work, done=heard.append, failed=heard.append)
    began.wait(5)
    with qtbot.waitSignal(runner.idle):
        task.cancel()
    assert isinstance(heard.pop(), Cancelled)
    task = runner.run(work, done=heard.append, failed=heard.append)
    with qtbot.waitSignal(runner.idle):
        task.drop()
    assert heard == []


def test_words_after_the_end_are_nobody_s(qtbot: QtBot) -> None:
    runner = Runner()
    heard: list[Any] = []
    with qtbot.waitSignal(runner.idle):
        task = runner.run(lambda progress: progress, done=heard.append, failed=heard.append)
    heard[0].say("a helper that was slow")
    qtbot.wait(20)
    assert len(heard) == 1
    assert not task.running


def test_nothing_follows_a_task_that_was_dropped(qtbot: QtBot) -> None:
    runner = Runner()
    heard: list[Any] = []
    with qtbot.waitSignal(runner.idle):
        task = runner.run(lambda progress: None, done=heard.append, failed=heard.append)
        task.afterwards.append(lambda: heard.append("after"))
        task.drop()
    assert heard == []

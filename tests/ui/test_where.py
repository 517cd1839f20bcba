"""The review leads to the stores that the program of the error message reads."""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.driving import apply, at, labels, pick, to_review, type_symptom, wizard_of
from tests.ui.fake_engine import FakeEngine
from ui.main_window import MainWindow

MESSAGE = "git: could not establish trust relationship with 'intranet.example:8443'"


def review_of_message(qtbot: QtBot, window: MainWindow) -> Any:
    wizard = wizard_of(window)
    type_symptom(window, MESSAGE)
    at(qtbot, window, "explained")
    qtbot.waitUntil(lambda: wizard.next_button.isEnabled() and wizard.flow.explanation is not None)
    wizard.next_button.click()
    at(qtbot, window, "findings")
    wizard.next_button.click()
    pick(at(qtbot, window, "remedies"), "import-certificate")
    wizard.next_button.click()
    review = at(qtbot, window, "review")
    qtbot.waitUntil(lambda: review.confirm is not None, timeout=20_000)
    return review


def everything(review: Any) -> QPushButton:
    buttons = review.stores.findChildren(QPushButton)
    return next(b for b in buttons if "everything" in b.text())


def test_the_narrowest_store_of_the_program_is_picked(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = review_of_message(qtbot, window)
    assert list(review.stores.boxes)[:2] == [engine.site.id, engine.machine.id]
    assert review.stores.chosen() == (engine.site.id,)
    assert "git reads these, the narrowest first" in labels(review)
    assert not review.stores.boxes[engine.user.id].isVisible()  # folded away: other programs'
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    assert [step.store for step in engine.applied[0][0].steps] == [engine.site.id]


def test_everything_picks_what_the_engine_says(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = review_of_message(qtbot, window)
    everything(review).click()
    wanted = {engine.user.id, engine.machine.id}
    qtbot.waitUntil(lambda: set(review.stores.chosen()) == wanted)
    assert review.stores.boxes[engine.user.id].isVisible()
    assert {step.store for step in wizard_of(window).flow.plan.steps} == wanted


def test_without_a_message_nothing_is_said_of_programs(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = to_review(qtbot, window)
    assert review.stores.chosen() == (engine.user.id,)
    assert "narrowest first" not in labels(review.stores)
    assert everything(review).isEnabled()


def test_who_reads_a_store_is_asked_before_and_after(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = review_of_message(qtbot, window)
    flow = wizard_of(window).flow
    qtbot.waitUntil(lambda: flow.before is not None)
    assert flow.before_stores == {engine.site.id}
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: flow.after is not None)
    windows = ("windows.schannel",) if sys.platform == "win32" else ()
    assert engine.asked == [(*windows, "python", "curl", "openssl", "git")] * 2

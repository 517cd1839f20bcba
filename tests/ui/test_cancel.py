"""Back and Cancel at every step leave nothing behind; closing stops the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.driving import (
    ADDRESS,
    apply,
    at,
    labels,
    to_findings,
    to_remedies,
    to_review,
    type_symptom,
    wizard_of,
)
from tests.ui.fake_engine import FakeEngine
from ui.main_window import MainWindow

STEPS: dict[str, Callable[[QtBot, MainWindow], Any]] = {
    "explained": lambda qtbot, window: (
        type_symptom(window, "trust relationship with 'intranet'"),
        at(qtbot, window, "explained"),
    ),
    "findings": to_findings,
    "remedies": to_remedies,
    "review": to_review,
}


def is_clean(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    wizard = wizard_of(window)
    assert wizard.current_name == "symptom"
    assert wizard.page("symptom").field.toPlainText() == ""
    assert wizard.flow.report is None
    assert not wizard.back_button.isVisible()
    qtbot.waitUntil(lambda: not window._runner.busy)
    assert wizard.current_name == "symptom"
    assert engine.applied == []


@pytest.mark.parametrize("step", STEPS)
def test_cancel(qtbot: QtBot, window: MainWindow, engine: FakeEngine, step: str) -> None:
    STEPS[step](qtbot, window)
    wizard_of(window).cancel_button.click()
    is_clean(qtbot, window, engine)


@pytest.mark.parametrize("step", STEPS)
def test_escape(qtbot: QtBot, window: MainWindow, engine: FakeEngine, step: str) -> None:
    STEPS[step](qtbot, window)
    window.activateWindow()
    qtbot.keyClick(wizard_of(window), Qt.Key.Key_Escape)
    is_clean(qtbot, window, engine)


def test_cancel_while_looking(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    engine.gate.clear()
    type_symptom(window, ADDRESS)
    at(qtbot, window, "looking")
    qtbot.waitUntil(lambda: "inspect" in engine.called)
    wizard_of(window).cancel_button.click()
    is_clean(qtbot, window, engine)


def test_back_while_looking(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    engine.gate.clear()
    type_symptom(window, ADDRESS)
    at(qtbot, window, "looking")
    wizard_of(window).back_button.click()
    assert wizard_of(window).current_name == "symptom"
    assert wizard_of(window).page("symptom").field.toPlainText() == ADDRESS
    engine.gate.set()
    qtbot.waitUntil(lambda: not window._runner.busy)
    assert wizard_of(window).current_name == "symptom"


def test_back_all_the_way(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    wizard = wizard_of(window)
    to_review(qtbot, window)
    for name in ("remedies", "findings", "symptom"):
        wizard.back_button.click()
        assert wizard.current_name == name
    assert wizard.page("symptom").field.toPlainText() == ADDRESS
    assert engine.applied == []


def test_cancel_between_steps_of_a_change(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = to_review(qtbot, window)
    qtbot.waitUntil(lambda: wizard_of(window).flow.before is not None)
    engine.gate.clear()
    apply(qtbot, window, review, engine.root_sha256)
    doing = at(qtbot, window, "doing")
    qtbot.waitUntil(lambda: "apply" in engine.called)
    assert not wizard_of(window).back_button.isEnabled()
    wizard_of(window).cancel_button.click()
    qtbot.waitUntil(lambda: "Stopped, as you asked." in labels(doing))
    assert engine.applied == []
    assert wizard_of(window).back_button.isEnabled()


def test_closing_while_looking_does_not_wait(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    engine.gate.clear()
    type_symptom(window, ADDRESS)
    at(qtbot, window, "looking")
    assert window.close()
    qtbot.waitUntil(lambda: not window._runner.busy)


def test_closing_during_a_change_waits_for_its_step(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = to_review(qtbot, window)
    qtbot.waitUntil(lambda: wizard_of(window).flow.before is not None)
    engine.gate.clear()
    apply(qtbot, window, review, engine.root_sha256)
    qtbot.waitUntil(lambda: "apply" in engine.called)
    assert not window.close()
    assert "Finishing the step" in window.notice.said
    qtbot.waitUntil(lambda: not window.isVisible())


def test_closing_before_a_change_begins_makes_none(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    engine.gate.set()
    review = to_review(qtbot, window)
    flow = wizard_of(window).flow
    qtbot.waitUntil(lambda: flow.before is not None)
    engine.gate.clear()
    flow.before, flow.before_stores = None, frozenset()
    review._ask_programs()  # programs are still being asked when Apply is pressed
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "doing")
    assert window.close()
    engine.gate.set()
    qtbot.waitUntil(lambda: not window._runner.busy)
    assert "apply" not in engine.called


def test_back_does_not_lead_behind_a_change(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    wizard = wizard_of(window)
    review = to_review(qtbot, window)
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    assert not wizard.back_button.isVisible()
    qtbot.waitUntil(lambda: wizard.flow.after is not None)
    wizard.next_button.click()
    done = at(qtbot, window, "done")
    done.undo_button.click()
    qtbot.waitUntil(lambda: "undone" in labels(done))
    wizard.back_button.click()  # the proof is asked for anew
    proof = at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: "No program accepts the site" in labels(proof))

"""Sheets, and buttons in the order of the system's style, forced by a style sheet that asks for it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

import ui
from tests.ui.driving import apply, at, settle, to_findings, to_review, wizard_of
from tests.ui.fake_engine import FakeEngine
from tests.ui.test_stores_and_history import hold, open_stores
from ui.main_window import MainWindow

Layout = QDialogButtonBox.ButtonLayout
#: What each system's style asks for. Windows: accept before cancel. macOS, GNOME: after it.
LAYOUTS = (Layout.WinLayout, Layout.MacLayout, Layout.KdeLayout, Layout.GnomeLayout)


def force(window: MainWindow, layout: Layout) -> None:
    """As when the user changes the system's style while the window is open. (Qt's style sheets answer
    for the style; a style of Python's own, set for the application, does not survive other tests.)"""
    window.setStyleSheet(f"* {{ button-layout: {layout.value} }}")


def from_left(*widgets: QWidget) -> list[QWidget]:
    settle()
    assert all(widget.isVisible() for widget in widgets)
    return sorted(widgets, key=lambda w: w.mapTo(w.window(), w.rect().topLeft()).x())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_wizard_is_in_the_order_of_the_system(
    qtbot: QtBot, window: MainWindow, layout: Layout
) -> None:
    to_findings(qtbot, window)
    force(window, layout)
    wizard = wizard_of(window)
    back, cancel, following = wizard.back_button, wizard.cancel_button, wizard.next_button
    cancel_last = layout in {Layout.WinLayout, Layout.KdeLayout}
    wanted = [back, following, cancel] if cancel_last else [cancel, back, following]
    assert from_left(back, cancel, following) == wanted
    window.activateWindow()
    wanted[0].setFocus()
    for made in wanted[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is made


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_review_is_in_the_order_of_the_system(
    qtbot: QtBot,
    window: MainWindow,
    engine: FakeEngine,
    layout: Layout,
) -> None:
    force(window, layout)
    hold(engine, engine.root)
    page = open_stores(qtbot, window)
    page.remove()
    dialog: Any = sheet(page)
    order = from_left(dialog.cancel_button, dialog.apply_button)
    accept_first = layout in {Layout.WinLayout, Layout.KdeLayout}
    assert (order[0] is dialog.apply_button) is accept_first
    assert dialog.apply_button.isDefault()
    dialog.close()


def test_every_dialog_is_a_sheet(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    hold(engine, engine.root)
    page = open_stores(qtbot, window)
    for opened in (page.remove, page.distrust, page.add, page.audit):
        opened()
        sheet(page).close()
        qtbot.waitUntil(lambda: not page.findChildren(QDialog))  # closed is gone
    window.show_drift(())
    sheet(window).close()


def sheet(parent: QWidget) -> QDialog:
    """What is open over `parent`: modal for its window alone, and no loop inside the loop."""
    settle()
    found = [one for one in parent.findChildren(QDialog) if one.isVisible()]
    assert len(found) == 1
    assert found[0].windowModality() is Qt.WindowModality.WindowModal
    assert found[0].parentWidget().window() is not None
    return found[0]


def test_undo_asks_with_cancel_as_its_default(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = to_review(qtbot, window)
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    window.show_page(2)
    page: Any = window.page(2)
    qtbot.waitUntil(page.undo_button.isEnabled)
    page.ask_undo()
    box = sheet(page)
    assert isinstance(box, QMessageBox)
    cancel = box.button(QMessageBox.StandardButton.Cancel)
    assert box.defaultButton() is cancel
    box.activateWindow()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.findChildren(QDialog))
    assert engine.trusted
    assert not window._runner.changing


_LOOPS = {"exec", "exec_", "getOpenFileName", "getSaveFileName", "getExistingDirectory"}
_STATIC_BOXES = {"about", "aboutQt", "critical", "information", "question", "warning"}


def test_no_dialog_runs_a_loop_of_its_own() -> None:
    """Only the application runs one (`ui/app.py`)."""
    found = [
        f"{path.name}:{call.lineno} {call.func.attr}"
        for path in sorted(Path(ui.__path__[0]).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in _LOOPS | _STATIC_BOXES
    ]
    assert [line.split(" ")[1] for line in found] == ["exec"], found
    assert found[0].startswith("app.py")

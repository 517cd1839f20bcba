"""A hostile subject stays inert on every page, in boxes, in what is copied and what is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.making import make
from tests.ui.driving import apply, at, settle, to_review, wizard_of
from tests.ui.fake_engine import HOSTILE, FakeEngine, hostile_name
from ui.main_window import MainWindow
from ui.stores.change_dialog import ChangeDialog

_NEVER = ("\u202e", "\u0007", HOSTILE)


def is_inert(top: QWidget) -> None:
    """Every word that is shown or spoken; and no label, tooltip or box that reads markup."""
    for widget in [top, *top.findChildren(QWidget)]:
        words = [widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()]
        if isinstance(widget, (QLabel, QAbstractButton)):
            words.append(widget.text())
        for found in words:
            assert not any(bad in found for bad in _NEVER), (widget, found)
        assert widget.toolTip() == ""
        if isinstance(widget, QLabel) and not isinstance(widget.window(), QMessageBox):
            assert widget.textFormat() == Qt.TextFormat.PlainText, widget.text()
        if isinstance(widget, QMessageBox):
            assert widget.textFormat() == Qt.TextFormat.PlainText
            assert widget.informativeText() == ""  # Qt would guess whether it is markup


def test_everywhere(qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path) -> None:
    engine.root = make("x", ca=True, subject=hostile_name())
    engine.sub = make("y", engine.root, ca=True, subject=hostile_name())
    engine.leaf = make("z", engine.sub, subject=hostile_name(), names=("z<b>.example",))
    wizard = wizard_of(window)
    review = to_review(qtbot, window)
    is_inert(window)
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: wizard.flow.after is not None)
    is_inert(window)
    wizard.next_button.click()
    done = at(qtbot, window, "done")
    done.save_report(tmp_path / "report.txt")
    qtbot.waitUntil(lambda: (tmp_path / "report.json").exists() and done._task is None)
    for saved in ("report.txt", "report.json"):
        written = (tmp_path / saved).read_text(encoding="utf-8")
        assert not any(bad in written for bad in ("\u202e", "\u0007")), saved
    window.show_page(1)
    stores: Any = window.page(1)
    qtbot.waitUntil(lambda: stores._task is None)
    for copy in stores.findChildren(QPushButton):
        if copy.text() == "Copy":
            copy.click()
            assert QGuiApplication.clipboard().text() == engine.root_sha256.upper()
    stores.remove()
    dialog: Any = stores.findChild(ChangeDialog)
    qtbot.waitUntil(lambda: dialog.plan is not None)
    settle()
    is_inert(window)
    dialog.reject()
    window.show_page(2)
    history: Any = window.page(2)
    qtbot.waitUntil(history.undo_button.isEnabled)
    history.ask_undo()
    box = history.findChild(QMessageBox)
    assert "<U+202E>" in box.text()
    is_inert(window)
    box.reject()

"""Large text and small screens: the window shrinks no further than its words, and cuts none off."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import ui
from tests.ui.conftest import FakeService
from tests.ui.driving import apply, at, settle, to_review, wizard_of
from tests.ui.fake_engine import FakeEngine
from tests.ui.test_stores_and_history import hold, open_stores
from ui.main_window import MainWindow
from ui.style.controls import Scroll
from ui.style.fold import FoldButton

#: As large as the systems' own settings for text go: 200 %.
FACTORS = (1.0, 1.5, 2.0)


@pytest.fixture(params=FACTORS)
def enlarged(
    qtbot: QtBot, request: pytest.FixtureRequest, engine: FakeEngine
) -> Iterator[MainWindow]:
    before = QApplication.font()
    larger = QApplication.font()
    larger.setPointSizeF(before.pointSizeF() * request.param)
    QApplication.setFont(larger)
    made = MainWindow(FakeService(engine))
    qtbot.addWidget(made)
    made.show()
    yield made
    made.stop_work()
    QApplication.setFont(before)


def whole(window: QWidget) -> None:
    """Every label and button has the room that its words need, at the smallest size of the window."""
    settle()
    window.resize(1, 1)
    settle()
    looked = [
        w for w in window.findChildren(QLabel) + window.findChildren(QAbstractButton) if shown(w)
    ]
    assert len(looked) > 3
    for scroll in window.findChildren(Scroll):
        beyond = scroll.widget().width() - scroll.viewport().width()
        assert not scroll.isVisible() or beyond <= scroll.horizontalScrollBar().maximum()
    cut = [
        f"{type(w).__name__} {w.text()[:60]!r} {w.size()} of {room(w)}" for w in looked if short(w)
    ]
    assert not cut, "\n".join(cut)


def shown(widget: Any) -> bool:
    own = not widget.objectName().startswith("qt_") and type(widget).__name__ != "QToolButton"
    return own and widget.isVisible() and bool(widget.text())


def room(widget: Any) -> QSize:
    """What it needs; of what wraps, at the width that it has."""
    if widget.hasHeightForWidth():
        return QSize(widget.minimumSizeHint().width(), widget.heightForWidth(widget.width()))
    one_line = (QPushButton, QCheckBox, QRadioButton, QLabel, FoldButton)
    return widget.sizeHint() if isinstance(widget, one_line) else widget.minimumSizeHint()


def short(widget: Any) -> bool:
    needed = room(widget)
    return bool(widget.width() < needed.width() or widget.height() < needed.height())


def test_the_wizard_is_whole(qtbot: QtBot, enlarged: MainWindow, engine: FakeEngine) -> None:
    whole(enlarged)
    review = to_review(qtbot, enlarged)
    whole(enlarged)
    for name in ("remedies", "findings"):
        wizard_of(enlarged).back()
        at(qtbot, enlarged, name)
        whole(enlarged)
    wizard_of(enlarged).start_over()
    review = to_review(qtbot, enlarged)
    apply(qtbot, enlarged, review, engine.root_sha256)
    at(qtbot, enlarged, "proof")
    qtbot.waitUntil(lambda: wizard_of(enlarged).flow.after is not None)
    whole(enlarged)
    wizard_of(enlarged).next_button.click()
    at(qtbot, enlarged, "done")
    whole(enlarged)


def test_stores_history_and_sheets_are_whole(
    qtbot: QtBot, enlarged: MainWindow, engine: FakeEngine
) -> None:
    hold(engine, engine.root)
    page = open_stores(qtbot, enlarged)
    whole(enlarged)
    for opened in (page.add, page.audit, enlarged.show_help):
        opened()
        dialog = enlarged.findChildren(QDialog)[0]
        qtbot.waitUntil(lambda dialog=dialog: getattr(dialog, "_task", None) is None)
        whole(dialog)
        dialog.close()
        qtbot.waitUntil(lambda: not enlarged.findChildren(QDialog))
    enlarged.show_page(2)
    whole(enlarged)
    name = page.table.fontMetrics().averageCharWidth() * 30
    assert page.table.columnWidth(0) >= name


def test_the_steps_are_wide_enough_for_their_names(enlarged: MainWindow) -> None:
    steps = wizard_of(enlarged).steps
    enlarged.resize(1, 1)
    settle()
    assert steps.width() >= sum(steps._needs())


_AT_200_PERCENT = """
from PySide6.QtWidgets import QApplication
application = QApplication([])
from ui.main_window import MainWindow
from ui.service import Service
window = MainWindow(Service())
window.show()
application.processEvents()
screen = window.screen().availableSize()
print(window.devicePixelRatio(), screen.width(), window.width() <= screen.width(), window.height() <= screen.height())
"""


def test_on_a_full_hd_screen_at_200_percent_the_window_fits(tmp_path: Path) -> None:
    """Which leaves 960 by 540 for everything."""
    screen = {"name": "FullHD", "x": 0, "y": 0, "width": 1920, "height": 1080}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [screen]}))
    # By its name alone: a colon, as in a path of Windows, would end the word.
    forced = {"QT_QPA_PLATFORM": "offscreen:configfile=screens.json", "QT_FONT_DPI": "192"}
    forced["PYTHONPATH"] = str(Path(ui.__path__[0]).parent)
    done = subprocess.run(
        [sys.executable, "-c", _AT_200_PERCENT],
        env=os.environ | forced,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.split() == ["2.0", "960", "True", "True"], done.stderr


def test_no_text_has_a_size_of_its_own() -> None:
    """Sizes are factors of the system's font, set in `ui/text.py` alone."""
    setters = {"setPixelSize", "setPointSize", "setPointSizeF", "setStyleSheet"}
    found = {
        path.name
        for path in Path(ui.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in setters
    }
    assert found == {"text.py"}

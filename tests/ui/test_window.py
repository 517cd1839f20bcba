"""The main window: pages, keys, accessibility, and that it never blocks."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.making import make
from tests.ui.conftest import FakeService
from tests.ui.driving import (
    ADDRESS,
    apply,
    at,
    settle,
    to_findings,
    to_review,
    type_symptom,
    wizard_of,
)
from tests.ui.fake_engine import HOSTILE, HOSTILE_SHOWN, FakeEngine, hostile_name
from ui.main_window import MainWindow
from ui.text import label


def test_ctrl_numbers_change_the_page(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    for index, key in enumerate((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window._stack.currentWidget() is window.page(index)
        assert window.sidebar._group.checkedId() == index


def test_f1_opens_help_and_escape_leaves_it(qtbot: QtBot, window: MainWindow) -> None:
    from ui.help import HelpDialog

    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = window.findChild(HelpDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())


@pytest.mark.parametrize(("system", "has_letters"), [("linux", True), ("darwin", False)])
def test_the_keys_are_told_as_the_system_writes_them(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, system: str, has_letters: bool
) -> None:
    from ui import help as pages

    monkeypatch.setattr(pages, "keys", lambda text: text.replace("Ctrl+", "⌘"))
    with monkeypatch.context() as patched:
        patched.setattr(sys, "platform", system)
        told = pages._keys()
    assert "⌘1, ⌘2, ⌘3: Diagnose" in told
    assert ("Alt with an underlined letter" in told) is has_letters
    monkeypatch.undo()
    assert pages.keys("Ctrl+1") == ("⌘1" if sys.platform == "darwin" else "Ctrl+1")


def test_recovery_is_told_and_can_be_dismissed(qtbot: QtBot) -> None:
    engine = FakeEngine()
    engine.recovered = ("A change that was interrupted was rolled back.",)
    made = MainWindow(FakeService(engine))
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.first_painted):
        made.show()
    made.begin_background_work()
    qtbot.waitUntil(lambda: "rolled back" in made.notice.said)
    made.notice._dismiss()
    assert made.notice.said == ""
    made.stop_work()


def test_the_window_keeps_ticking_while_the_engine_is_slow(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    ticks: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    engine.gate.clear()
    type_symptom(window, ADDRESS)
    at(qtbot, window, "looking")
    timer.start(5)
    qtbot.waitUntil(lambda: len(ticks) > 50)  # the engine hangs all this time
    assert wizard_of(window).current_name == "looking"
    timer.stop()
    engine.gate.set()
    at(qtbot, window, "findings")


def test_the_whole_flow_by_keyboard(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    wizard = wizard_of(window)
    window.activateWindow()
    qtbot.keyClicks(QApplication.focusWidget() or wizard.page("symptom").field, ADDRESS)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    at(qtbot, window, "findings")
    each_letter_once(window)
    alt(qtbot, wizard, "&done", Qt.Key.Key_D)
    remedies = at(qtbot, window, "remedies")
    assert QApplication.focusWidget() is remedies.cards[0].choice
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert remedies.chosen.action == "import-certificate"
    each_letter_once(window)
    alt(qtbot, wizard, "&Review", Qt.Key.Key_R)
    review = at(qtbot, window, "review")
    qtbot.waitUntil(lambda: review.confirm is not None)
    settle()
    reach(qtbot, review.confirm.field)
    qtbot.keyClicks(review.confirm.field, engine.root_sha256)
    each_letter_once(window)
    alt(qtbot, wizard, "&Apply", Qt.Key.Key_A)
    at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: wizard.flow.after is not None)
    each_letter_once(window)
    alt(qtbot, wizard, "&Next", Qt.Key.Key_N)
    at(qtbot, window, "done")
    each_letter_once(window)
    for index in (1, 2):
        window.show_page(index)
        each_letter_once(window)


def each_letter_once(window: MainWindow) -> None:
    """A letter that two controls claim presses neither (`QAbstractButton.shortcut`)."""
    shown = [b for b in window.findChildren(QAbstractButton) if b.isVisible()]
    letters = [b.shortcut().toString() for b in shown if not b.shortcut().isEmpty()]
    labels = [made for made in window.findChildren(QLabel) if made.buddy() and made.isVisible()]
    letters += [QKeySequence.mnemonic(made.text()).toString() for made in labels]
    titles = [action.text() for action in window.menuBar().actions()]
    letters += [QKeySequence.mnemonic(title).toString() for title in titles]
    letters = [letter for letter in letters if letter]  # a Mac has none
    assert len(letters) == len(set(letters)), sorted(letters)


def alt(qtbot: QtBot, wizard: QWidget, text: str, key: Qt.Key) -> None:
    """Press Alt and the key of the button that leads on."""
    qtbot.waitUntil(wizard.next_button.isEnabled)
    assert text in wizard.next_button.text()
    # Offscreen, the shortcut map gets keys through the focused widget's window.
    qtbot.keyClick(QApplication.focusWidget() or wizard, key, Qt.KeyboardModifier.AltModifier)


def reach(qtbot: QtBot, wanted: QWidget) -> None:
    passed = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        if focused is wanted:
            return
        passed.append(focused.accessibleName() or repr(focused))
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never gets there, but to {passed}")


def test_every_control_has_a_name(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    review = to_review(qtbot, window)
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    for index in (1, 2):
        window.show_page(index)
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView)
    for kind in kinds:
        for control in window.findChildren(kind):
            if (
                control.objectName().startswith("qt_")
                or control.focusPolicy() == Qt.FocusPolicy.NoFocus
            ):
                continue
            named = control.accessibleName() or (
                isinstance(control, QAbstractButton) and control.text()
            )
            assert named, control


def test_no_label_is_rich_text(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    engine.leaf = make("x", engine.sub, subject=hostile_name(), names=("x.example",))
    findings = to_findings(qtbot, window)
    everything = window.findChildren(QLabel)
    assert all(made.textFormat() == Qt.TextFormat.PlainText for made in everything)
    findings.chain.select(0)
    shown = "\n".join(made.text() for made in findings.findChildren(QLabel))
    assert HOSTILE_SHOWN in shown
    assert "<U+202E>" in shown
    assert "\u202e" not in shown
    assert "\u202e" not in findings.chain.cards[0].accessibleName()
    assert HOSTILE not in shown


def test_arrow_keys_move_along_the_chain(qtbot: QtBot, window: MainWindow) -> None:
    findings = to_findings(qtbot, window)
    cards = findings.chain.cards
    assert cards[2].isChecked()  # the one that the first finding concerns
    cards[2].setFocus()
    qtbot.keyClick(cards[2], Qt.Key.Key_Down)
    assert cards[1].isChecked()


def test_tab_goes_through_the_page_then_to_its_buttons(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = to_review(qtbot, window)
    settle()
    window.activateWindow()
    review.confirm.field.setText(engine.root_sha256)
    review.confirm.field.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    wizard = wizard_of(window)
    assert seen[:3] == list(wizard.foot.in_order)
    assert window.sidebar.isAncestorOf(seen[3])


def test_a_long_word_wraps_and_is_copied_whole(qtbot: QtBot) -> None:
    made = label("a " + "0123456789abcdef" * 8, selectable=True)
    qtbot.addWidget(made)
    assert made.minimumSizeHint().width() < made.fontMetrics().horizontalAdvance("0" * 40)
    made.setSelection(0, len(QLabel.text(made)))
    qtbot.keyClick(made, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == made.text() == "a " + "0123456789abcdef" * 8

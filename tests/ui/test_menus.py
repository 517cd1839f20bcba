"""The menu bar: roles, keys, that each key means one thing, and that every entry does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMenu,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.driving import ADDRESS, apply, at, labels, settle, to_findings, to_review, wizard_of
from tests.ui.fake_engine import FakeEngine
from tests.ui.test_stores_and_history import hold, open_stores
from ui.main_window import PAGES, MainWindow
from ui.menu_bar import MenuBar

Role = QAction.MenuRole
Key = QKeySequence.StandardKey
SYSTEMS = ("linux", "darwin", "win32")


def menu(window: MainWindow, title: str) -> QMenu:
    found = [a.menu() for a in window.menuBar().actions() if plain(a) == title]
    assert isinstance(found[0], QMenu)
    return found[0]


def entry(window: MainWindow, title: str, text: str) -> QAction:
    return next(a for a in menu(window, title).actions() if plain(a) == text)


def plain(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")


def every_action(window: MainWindow) -> Iterator[QAction]:
    for title in window.menuBar().actions():
        yield title
        yield from title.menu().actions()  # type: ignore[attr-defined]


def rebuilt(window: MainWindow, system: str) -> MainWindow:
    """The same window with the menu bar of another system."""
    for action in list(every_action(window)):
        action.setShortcuts([])
    window.menuBar().clear()
    window._menus = MenuBar(window, list(PAGES), system)
    return window


def can(window: MainWindow, title: str, text: str) -> bool:
    """Whether the entry can be chosen when its menu is opened now."""
    opened = menu(window, title)
    opened.aboutToShow.emit()
    try:
        return entry(window, title, text).isEnabled()
    finally:
        opened.aboutToHide.emit()


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_action_has_the_role_that_it_should(window: MainWindow, system: str) -> None:
    rebuilt(window, system)
    roles = {plain(a): a.menuRole() for a in every_action(window)}
    special = {text: role for text, role in roles.items() if role is not Role.NoRole}
    leave = "Exit" if system == "win32" else "Quit"
    assert special == {"About Trust Manager": Role.AboutRole, leave: Role.QuitRole}
    assert {"File", "Edit", "View", "Help", "Stores"} <= set(roles)
    assert ("Close Window" in roles) is (system == "darwin")


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_key_means_two_things(window: MainWindow, system: str) -> None:
    rebuilt(window, system)
    for index in range(len(PAGES)):
        window.show_page(index)
    claimed = [key.toString() for a in every_action(window) for key in a.shortcuts()]
    claimed += [s.key().toString() for s in window.findChildren(QShortcut)]
    for button in (b for b in window.sidebar.findChildren(QWidget) if hasattr(b, "shortcut")):
        claimed += [button.shortcut().toString()] if not button.shortcut().isEmpty() else []
    assert len(claimed) > 15
    assert sorted(claimed) == sorted(set(claimed))


def test_keys_are_those_of_the_system(window: MainWindow) -> None:
    standard = {
        ("File", "Open a Certificate"): Key.Open,
        ("File", "Save a Report"): Key.Save,
        ("Edit", "Undo"): Key.Undo,
        ("Edit", "Redo"): Key.Redo,
        ("Edit", "Cut"): Key.Cut,
        ("Edit", "Copy"): Key.Copy,
        ("Edit", "Paste"): Key.Paste,
        ("Edit", "Select All"): Key.SelectAll,
        ("View", "Step Back"): Key.Back,
        ("View", "Read Again"): Key.Refresh,
        ("Help", "Help"): Key.HelpContents,
    }
    for (title, text), key in standard.items():
        assert entry(window, title, text).shortcut() == QKeySequence(key), text
    # Windows has no key of its own for leaving.
    leave = next(a for a in every_action(window) if a.menuRole() is Role.QuitRole)
    assert leave.shortcuts()[-1] == QKeySequence("Ctrl+Q")
    assert QKeySequence("F1") in entry(window, "Help", "Help").shortcuts()


def test_pages_are_reached_by_menu_and_marked(qtbot: QtBot, window: MainWindow) -> None:
    for index, name in enumerate(PAGES):
        entry(window, "View", name).trigger()
        assert window.front is window.page(index)
    window.show_page(1)
    marked = [plain(a) for a in menu(window, "View").actions() if a.isChecked()]
    assert marked == ["Stores"]
    assert can(window, "View", "Read Again")
    window.show_page(0)
    assert not can(window, "View", "Read Again")


def test_the_flow_goes_on_and_back_by_menu(qtbot: QtBot, window: MainWindow) -> None:
    wizard = wizard_of(window)
    assert not can(window, "View", "Continue")
    assert not can(window, "View", "Step Back")
    wizard.page("symptom").field.setPlainText(ADDRESS)
    assert can(window, "View", "Continue")
    entry(window, "View", "Continue").trigger()
    at(qtbot, window, "findings")
    window.activateWindow()
    back = QKeySequence(Key.Back)[0]
    qtbot.keyClick(QApplication.focusWidget(), back.key(), back.keyboardModifiers())
    at(qtbot, window, "symptom")
    window.show_page(1)
    entry(window, "View", "Continue").trigger()
    assert wizard.current_name == "symptom"


def test_edit_acts_on_what_has_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    field = wizard_of(window).page("symptom").field
    field.setFocus()
    qtbot.keyClicks(field, "abc")
    assert not can(window, "Edit", "Copy")
    entry(window, "Edit", "Select All").trigger()
    assert can(window, "Edit", "Cut")
    entry(window, "Edit", "Cut").trigger()
    assert field.toPlainText() == ""
    for _ in range(2):
        entry(window, "Edit", "Paste").trigger()
    assert field.toPlainText() == "abcabc"
    entry(window, "Edit", "Undo").trigger()
    assert field.toPlainText() == "abc"
    window.sidebar.setFocus()
    wizard_of(window).cancel_button.setFocus()
    assert not can(window, "Edit", "Paste")
    entry(window, "Edit", "Paste").trigger()  # by its key, which knows of no grey
    assert field.toPlainText() == "abc"


def test_words_and_rows_are_copied_by_key(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    from ui.text import PlainLabel

    findings = to_findings(qtbot, window)
    window.activateWindow()
    words = next(
        one
        for one in findings.findChildren(PlainLabel)
        if one.isVisible()
        and one.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    )
    words.setFocus()
    entry(window, "Edit", "Select All").trigger()
    qtbot.keyClick(words, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == words.text() != ""
    hold(engine, engine.root)
    page = open_stores(qtbot, window)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().split("\t")
    assert "Example Root CA" in copied[0]
    assert len(copied) == page.model.columnCount()


def test_a_file_is_opened_from_anywhere_but_not_while_changing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "some.pem"
    path.write_text("x")
    to_findings(qtbot, window)
    window.show_page(2)
    assert can(window, "File", "Open a Certificate")
    entry(window, "File", "Open a Certificate").trigger()
    choose(qtbot, window, path)
    symptom = at(qtbot, window, "symptom")
    assert symptom.field.toPlainText() == str(path)
    assert window.front is window.page(0)
    wizard_of(window).page("symptom").can_back = lambda: False  # as while a change is under way
    assert not can(window, "File", "Open a Certificate")


def choose(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """As a user does in the dialog, which has to be a sheet."""
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.windowModality() is Qt.WindowModality.WindowModal
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(str(path))
    dialog.accept()
    qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))


def test_a_report_is_saved_as_soon_as_there_is_one(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    assert not can(window, "File", "Save a Report")
    to_findings(qtbot, window)
    assert can(window, "File", "Save a Report")
    entry(window, "File", "Save a Report").trigger()
    choose(qtbot, window, tmp_path / "kept.txt")
    qtbot.waitUntil((tmp_path / "kept.json").exists)
    qtbot.waitUntil(lambda: "kept.json" in window.statusBar().currentMessage())


def test_a_report_that_cannot_be_saved_is_told(qtbot: QtBot, window: MainWindow) -> None:
    to_findings(qtbot, window)
    wizard_of(window)._save(Path("no", "such", "folder", "x.txt"))
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    box = window.findChildren(QMessageBox)[0]
    assert "could not be written" in box.text()
    box.close()


def test_about_and_help_are_sheets(qtbot: QtBot, window: MainWindow) -> None:
    from trustmgr import __version__
    from ui.help import HelpDialog

    entry(window, "Help", "About Trust Manager").trigger()
    box = window.findChildren(QMessageBox)[0]
    assert __version__ in box.text()
    box.close()
    entry(window, "Help", "Help").trigger()
    dialog = window.findChildren(HelpDialog)[0]
    assert dialog.windowModality() is Qt.WindowModality.WindowModal
    assert "Undo" in labels(dialog)
    dialog.close()
    qtbot.waitUntil(lambda: not window.findChildren(HelpDialog))  # closed is gone


def test_quit_waits_for_a_change(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    review = to_review(qtbot, window)
    leave = next(a for a in every_action(window) if a.menuRole() is Role.QuitRole)
    engine.gate.clear()
    apply(qtbot, window, review, engine.root_sha256)
    qtbot.waitUntil(lambda: window._runner.changing)
    leave.trigger()
    assert window.isVisible()
    engine.gate.set()
    qtbot.waitUntil(lambda: not window.isVisible())


@pytest.fixture
def mac_keyboard(qtbot: QtBot) -> Iterator[None]:
    """As a Mac's keyboard is unless the user changes it: Tab stops at text alone, Alt has no letters."""
    hints = QApplication.styleHints()
    before = hints.tabFocusBehavior()
    hints.setTabFocusBehavior(Qt.TabFocusBehavior.TabFocusTextControls)
    yield
    hints.setTabFocusBehavior(before)


def test_the_whole_flow_with_the_keyboard_of_a_mac(
    qtbot: QtBot, mac_keyboard: None, window: MainWindow, engine: FakeEngine
) -> None:
    def press(key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)

    def go_on() -> None:
        qtbot.waitUntil(lambda: wizard_of(window).can_next)
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    for button in window.findChildren(QPushButton):
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Qt's own policy there
    window.activateWindow()
    press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(QApplication.focusWidget(), ADDRESS)
    go_on()
    at(qtbot, window, "findings")
    go_on()
    remedies = at(qtbot, window, "remedies")
    while remedies.chosen.action != "import-certificate":
        press(Qt.Key.Key_Down)
    go_on()
    review = at(qtbot, window, "review")
    qtbot.waitUntil(lambda: review.confirm is not None)
    settle()
    for _ in range(20):
        if QApplication.focusWidget() is review.confirm.field:
            break
        press(Qt.Key.Key_Tab)
    qtbot.keyClicks(review.confirm.field, engine.root_sha256)
    assert QApplication.focusWidget() is review.confirm.field
    go_on()
    at(qtbot, window, "proof")
    go_on()
    at(qtbot, window, "done")
    assert engine.trusted

"""The menu bar: what a user of each system expects to find there, and no more.

Every action has an explicit role: macOS moves About and Quit into the application's menu, and
nothing else, whatever its words look like (`TextHeuristicRole` would go by them). Keys are the
system's own (`QKeySequence.StandardKey`); the letters of the menus are claimed by no page.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from ui.edit_actions import can_edit, edit

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.wizard.wizard import Wizard

_Key = QKeySequence.StandardKey
_Role = QAction.MenuRole


@dataclass(frozen=True)
class Item:
    """One action. `key` is used where the system has it, `portable` where not, or besides it.
    `can` is asked when the menu opens and before it runs, so that keys need no bookkeeping."""

    text: str
    run: Callable[[], object]
    key: _Key | None = None
    portable: str = ""
    role: _Role = _Role.NoRole
    can: Callable[[], bool] = lambda: True
    page: bool = False  # shows a page: has a mark while that is in front


#: A line between two groups of actions.
_LINE = None


class MenuBar:
    """Fills the window's menu bar. `mark(index)` tells which page is in front."""

    def __init__(self, window: MainWindow, pages: list[str], system: str = sys.platform) -> None:
        self._window, self._system = window, system
        self._pages = QActionGroup(window)
        for title, items in (
            ("&File", self._file()),
            ("&Edit", self._edit()),
            ("&View", self._view(pages)),
            ("&Help", self._help()),
        ):
            self._add(title, items)

    def mark(self, index: int) -> None:
        """This page is in front."""
        self._pages.actions()[index].setChecked(True)

    # -- the entries -------------------------------------------------------------------------

    def _file(self) -> list[Item | None]:
        window, wizard = self._window, self._wizard
        close = [Item("&Close Window", window.close, _Key.Close)]
        return [
            Item(
                "&Open a Certificate…", self._open, _Key.Open, can=lambda: wizard().can_start_over
            ),
            Item(
                "&Save a Report…",
                lambda: wizard().save_report(),
                _Key.Save,
                can=lambda: wizard().flow.report is not None,
            ),
            _LINE,
            *(close if self._system == "darwin" else []),
            Item(
                "E&xit" if self._system == "win32" else "&Quit",
                window.close,
                _Key.Quit,
                "Ctrl+Q",
                _Role.QuitRole,
            ),
        ]

    def _edit(self) -> list[Item | None]:
        def item(text: str, verb: str, key: _Key) -> Item:
            return Item(text, lambda: edit(verb), key, can=lambda: can_edit(verb))

        return [
            item("&Undo", "undo", _Key.Undo),
            item("&Redo", "redo", _Key.Redo),
            _LINE,
            item("Cu&t", "cut", _Key.Cut),
            item("&Copy", "copy", _Key.Copy),
            item("&Paste", "paste", _Key.Paste),
            _LINE,
            item("Select &All", "selectAll", _Key.SelectAll),
        ]

    def _view(self, pages: list[str]) -> list[Item | None]:
        window, wizard = self._window, self._wizard

        def page(index: int, name: str) -> Item:
            keys = f"Ctrl+{index + 1}"
            return Item(f"&{name}", lambda: window.go_to(index), portable=keys, page=True)

        def at_wizard() -> bool:
            return window.front is wizard()

        return [
            *(page(index, name) for index, name in enumerate(pages)),
            _LINE,
            Item(
                "Step &Back",
                lambda: wizard().back(),
                _Key.Back,
                can=lambda: at_wizard() and wizard().can_back,
            ),
            Item(
                "&Continue",
                lambda: wizard().go_on(),
                portable="Ctrl+Return",
                can=lambda: at_wizard() and wizard().can_next,
            ),
            _LINE,
            Item("&Read Again", window.refresh, _Key.Refresh, can=lambda: window.can_refresh),
        ]

    def _help(self) -> list[Item | None]:
        window = self._window
        return [
            Item("&Help", window.show_help, _Key.HelpContents, "F1"),
            _LINE,
            Item("&About Trust Manager", window.show_about, role=_Role.AboutRole),
        ]

    def _open(self) -> None:
        self._window.show_page(0)
        self._wizard().open_file()

    def _wizard(self) -> Wizard:
        return cast("Wizard", self._window.page(0))

    # -- making them -------------------------------------------------------------------------

    def _add(self, title: str, items: list[Item | None]) -> None:
        menu = self._window.menuBar().addMenu(title)
        menu.menuAction().setMenuRole(_Role.NoRole)
        made: list[tuple[QAction, Item]] = []
        for item in items:
            if item is None:
                menu.addSeparator().setMenuRole(_Role.NoRole)
            else:
                made.append((self._action(menu, item), item))

        def opening() -> None:
            for action, item in made:
                action.setEnabled(item.can())

        def closing() -> None:
            for action, _ in made:
                action.setEnabled(True)  # a key asks `can` when it is pressed

        menu.aboutToShow.connect(opening)
        menu.aboutToHide.connect(closing)

    def _action(self, menu: QMenu, item: Item) -> QAction:
        action = menu.addAction(item.text)
        action.setMenuRole(item.role)
        action.setShortcuts(_shortcuts(item))
        action.setAutoRepeat(False)  # a key held down does not run through the whole flow
        action.triggered.connect(lambda: item.run() if item.can() else None)
        if item.page:
            action.setCheckable(True)
            self._pages.addAction(action)
        return action


def _shortcuts(item: Item) -> list[QKeySequence]:
    """The system's first keys for it, then ours. (Its others are the text fields' own affair.)"""
    found = QKeySequence.keyBindings(item.key)[:1] if item.key is not None else []
    ours = QKeySequence(item.portable)
    return [*found, ours] if item.portable and ours not in found else found

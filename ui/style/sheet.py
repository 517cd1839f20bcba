"""Dialogs over the window they belong to: sheets on macOS, window-modal everywhere.

`open()` and never `exec()`, which would run a second event loop inside the first. Buttons are put
in order by what they do (`QDialogButtonBox`), as the system's style wants it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from ui.style.controls import Scroll, comfortable
from ui.text import grown

if TYPE_CHECKING:
    from ui.tasks import Task

Role = QDialogButtonBox.ButtonRole
Standard = QDialogButtonBox.StandardButton


def present(dialog: QDialog) -> None:
    """Show it over its parent's window; it is deleted when it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


class Sheet(QDialog):
    """`page` scrolls; under it `foot`, with `buttons` at its end. `size` is for text of the usual size;
    with larger text it is larger, but not than the screen.

    A sheet has no title bar: what it is about has to stand in it, too.
    """

    def __init__(self, title: str, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None  # what runs for it alone
        self.setWindowTitle(title)
        wanted = QSize(grown(size.width()), grown(size.height()))
        self.resize(wanted.boundedTo(self.screen().availableSize()))
        self.page = Scroll(title)
        self.buttons = QDialogButtonBox()
        self.buttons.rejected.connect(self.reject)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(24, 8, 24, 0)
        self.foot.addWidget(self.buttons, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 12)
        column.addWidget(self.page, 1)
        column.addLayout(self.foot)

    def reject(self) -> None:
        """Close; nobody waits for the answer any more."""
        if self._task is not None:
            self._task.drop()
        super().reject()

    def add_standard(self, which: Standard) -> None:
        """A button that the system names, such as Close."""
        comfortable(self.buttons.addButton(which))

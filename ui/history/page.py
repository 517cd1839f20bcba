"""Every change this program made, newest first; each can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import (
    QAbstractButton,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from ui.context import Context
from ui.history.model import HistoryModel, HistoryRow, history_rows
from ui.style.controls import QuietLabel, button, clear, row
from ui.style.sheet import present
from ui.style.table import WordsTable
from ui.text import Size, label, message_box
from ui.trouble import trouble
from ui.trouble_card import TroubleCard

if TYPE_CHECKING:
    from trustmgr.progress import Progress
    from trustmgr.remedy.executor import Outcome
    from ui.tasks import Task

#: Widths of the columns in average characters; the certificate takes what is left.
_WIDTHS = {0: 24, 1: 16, 3: 34, 4: 14}
_CERTIFICATE = 2


class HistoryPage(QWidget):
    """Reads the journal each time it is shown."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._task: Task | None = None
        self._undoing = False
        self.model = HistoryModel()
        self.table = self._table()
        self.setFocusProxy(self.table)
        self._count = QuietLabel()
        self.undo_button = button("&Undo this change…", self.ask_undo)
        self.undo_button.setEnabled(False)
        self._answer = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 12)
        column.setSpacing(10)
        column.addWidget(label("What was changed", bold=True, size=Size.TITLE))
        column.addWidget(
            QuietLabel(
                "Every change is written down here before it is made. Undo restores exactly "
                "what was there before."
            )
        )
        column.addLayout(self._answer)
        column.addWidget(self.table, 1)
        column.addLayout(row(self._count, self.undo_button, stretch=0))

    def _table(self) -> WordsTable:
        table = WordsTable(self.model, "Changes, newest first", _CERTIFICATE)
        table.set_widths(_WIDTHS)
        table.selectionModel().currentRowChanged.connect(self._selected)
        return table

    # -- reading -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the journal again."""
        if self._undoing:
            return
        if self._task is not None:
            self._task.drop()
        service = self.context.service
        self._task = self.context.runner.run(
            lambda progress: history_rows(service.engine.history(), service.store_title),
            done=self._loaded,
            failed=self._failed,
        )

    def _loaded(self, rows: list[HistoryRow]) -> None:
        self._task = None
        self.model.show_rows(rows)
        self._count.setText("Nothing was changed yet." if not rows else counted(len(rows)))
        if rows:
            self.table.selectRow(0)
        else:
            self._selected(QModelIndex())

    def _failed(self, error: BaseException) -> None:
        self._task, self._undoing = None, False
        clear(self._answer)
        self._answer.addWidget(TroubleCard(trouble(error)))
        self._selected(self.table.currentIndex())

    # -- undo --------------------------------------------------------------------------------

    @property
    def current(self) -> HistoryRow | None:
        """The change that is selected."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def _selected(self, index: QModelIndex, _before: object = None) -> None:
        can = index.isValid() and self.model.row(index.row()).undoable
        self.undo_button.setEnabled(can and not self._undoing)

    def ask_undo(self) -> None:
        """Ask once more, then undo."""
        change = self.current
        if change is None:
            return
        box = message_box(
            self,
            "Undo a change",
            f"Undo this change?\n{change.what}: “{change.subject}” in {change.store}",
            "The store will be exactly as it was before that change."
            if change.together < 2
            else f"It was made together with others: all {change.together} can be undone at once.",
        )
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        accept = box.addButton("&Undo", QMessageBox.ButtonRole.AcceptRole)
        several = change.together > 1
        every = (
            box.addButton(f"Undo &all {change.together}", QMessageBox.ButtonRole.AcceptRole)
            if several
            else None
        )
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)

        def clicked(which: QAbstractButton) -> None:
            if which in (accept, every):
                self.undo(change.id, whole=which is every)

        box.buttonClicked.connect(clicked)
        present(box)

    def undo(self, change_id: int, *, whole: bool = False) -> None:
        """Take one change back, or all of its review, in the background."""
        if self._undoing:
            return
        if self._task is not None:
            self._task.drop()
        self._undoing = True
        self.undo_button.setEnabled(False)
        service = self.context.service

        def work(progress: Progress) -> Outcome:
            return service.engine.undo(change_id, progress, whole=whole)

        self._task = self.context.runner.run(
            work, done=self._undone, failed=self._failed, said=self.context.tell, must_finish=True
        )

    def _undone(self, outcome: Outcome) -> None:
        self._task, self._undoing = None, False
        clear(self._answer)
        self.context.tell("; ".join(outcome.messages) or "The change was undone.")
        self.refresh()


def counted(number: int) -> str:
    """In words."""
    return "One change" if number == 1 else f"{number} changes"

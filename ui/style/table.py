"""Tables of words: one model over rows in memory, and one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

#: So many average characters of the column that matters most are seen at least.
_READABLE = 30

R = TypeVar("R")
_NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class WordsModel(QAbstractTableModel, Generic[R]):
    """Shows one attribute of each row in each column: words, never markup.

    Tooltips are left out because Qt would read markup in them.
    """

    #: Heading and the attribute of a row that is shown under it.
    columns: Sequence[tuple[str, str]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[R] = []

    def show_rows(self, rows: Sequence[R]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, index: int) -> R:
        """The row at this place."""
        return self._rows[index]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Rows shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Fixed."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The words of one cell."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            value: str = getattr(self._rows[index.row()], self.columns[index.column()][1])
            return value
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """The columns' names."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.columns[section][0]
        return None


class WordsTable(QTableView):
    """Whole rows are selected, and copied with tabs between the words. The column `main` takes the
    width that the others leave; where that is too little to read, the table scrolls sideways."""

    def __init__(self, model: QAbstractTableModel, name: str, main: int) -> None:
        super().__init__()
        self._main = main
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setDefaultSectionSize(self.fontMetrics().height() + 10)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(self.fontMetrics().averageCharWidth() * 12)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setHighlightSections(False)
        header.sectionResized.connect(lambda column, *_: self._fit() if column != main else None)

    def set_widths(self, widths: Mapping[int, int]) -> None:
        """In average characters, by column."""
        for column, width in widths.items():
            self.setColumnWidth(column, self.fontMetrics().averageCharWidth() * width)
        self._fit()

    def copy(self) -> None:
        """The selected row, to the clipboard."""
        columns = range(self.model().columnCount())
        row = self.currentIndex().row()
        words = [str(self.model().index(row, column).data() or "") for column in columns]
        QGuiApplication.clipboard().setText("\t".join(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With another width to share out."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        least = self.fontMetrics().averageCharWidth() * _READABLE
        others = self.horizontalHeader().length() - self.columnWidth(self._main)
        self.setColumnWidth(self._main, max(least, self.viewport().width() - others))

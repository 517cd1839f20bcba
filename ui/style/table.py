"""Tables of words: one model over rows in memory, and one look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

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


def table_of(
    model: QAbstractTableModel, name: str, widths: Sequence[int], *, stretched: int
) -> QTableView:
    """A table that selects whole rows. `widths` in average characters; one column takes the rest."""
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    metrics = table.fontMetrics()
    rows, header = table.verticalHeader(), table.horizontalHeader()
    rows.hide()
    rows.setDefaultSectionSize(metrics.height() + 10)
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    for index, width in enumerate(widths):
        table.setColumnWidth(index, metrics.averageCharWidth() * width)
    header.setMinimumSectionSize(metrics.averageCharWidth() * 12)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    header.setHighlightSections(False)
    return table

"""The table's model: rows in memory, searched and sorted here, in C-speed Python built-ins.

A proxy model would ask for every cell through Qt; ten thousand rows would stutter.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ui.stores.rows import Row

_COLUMNS = (
    ("Name", "name"),
    ("Trusted for", "trust"),
    ("Store", "store"),
    ("Expires", "expires"),
    ("Added by", "origin"),
)
_NOWHERE = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


class StoresModel(QAbstractTableModel):
    """Shows `rows` that hold every word of the search."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Row] = []
        self._shown: list[Row] = []
        self._words: list[str] = []
        self._sorted = (0, Qt.SortOrder.AscendingOrder)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace everything."""
        self._all = list(rows)
        self._refresh()

    def search(self, text: str) -> None:
        """Show the rows that hold every word."""
        self._words = text.lower().split()
        self._refresh()

    def row(self, index: int) -> Row:
        """The row at this place."""
        return self._shown[index]

    @property
    def total(self) -> int:
        """How many there are without a search."""
        return len(self._all)

    def _refresh(self) -> None:
        self.beginResetModel()
        words = self._words
        self._shown = [r for r in self._all if all(word in r.search for word in words)]
        column, order = self._sorted
        key = attrgetter(_COLUMNS[column][1])
        descending = order == Qt.SortOrder.DescendingOrder
        self._shown.sort(key=lambda row: key(row).casefold(), reverse=descending)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By one column."""
        self._sorted = (column, order)
        self._refresh()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Fixed."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Words, never markup; tooltips are left out because Qt would read markup in them."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            value: str = getattr(self._shown[index.row()], _COLUMNS[index.column()][1])
            return value
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """The columns' names."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _COLUMNS[section][0]
        return None

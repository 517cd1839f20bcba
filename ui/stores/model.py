"""The matrix's model: rows in memory, searched and sorted here, in C-speed Python built-ins.

A proxy model would ask for every cell through Qt; ten thousand rows would stutter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Qt

from ui.stores.rows import Row
from ui.style.table import Index, WordsModel
from ui.text import shown

_NOWHERE = QModelIndex()
_FIXED = (("Name", "name"), ("Expires", "expires"))


class StoresModel(WordsModel[Row]):
    """One column for each store after the name and the date. Shows what search and filters leave."""

    columns = _FIXED

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Row] = []
        self._stores: tuple[str, ...] = ()
        self._words: list[str] = []
        self._added = self._inconsistent = False
        self._sorted = (0, Qt.SortOrder.AscendingOrder)

    def set_rows(self, rows: Sequence[Row], stores: Sequence[str] = ()) -> None:
        """Replace everything. `stores`: the titles over the cells."""
        self._all = list(rows)
        self._stores = tuple(shown(title) for title in stores)
        self._refresh()

    def search(self, text: str) -> None:
        """Show the rows that hold every word."""
        self._words = text.lower().split()
        self._refresh()

    def only(self, *, added: bool, inconsistent: bool) -> None:
        """Show only what was added here, or only what stores disagree about."""
        self._added, self._inconsistent = added, inconsistent
        self._refresh()

    @property
    def total(self) -> int:
        """How many there are without search and filters."""
        return len(self._all)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Name, date, and the stores."""
        return 0 if parent.isValid() else len(_FIXED) + len(self._stores)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The words of one cell; what stores disagree about is marked."""
        if index.column() >= len(_FIXED):
            words = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
            return self.row(index.row()).cells[index.column() - len(_FIXED)] if words else None
        found = super().data(index, role)
        marked = found is not None and index.column() == 0 and self.row(index.row()).inconsistent
        return f"! {found}" if marked else found

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """The stores' names over their cells."""
        if section < len(_FIXED) or orientation != Qt.Orientation.Horizontal:
            return super().headerData(section, orientation, role)
        place = section - len(_FIXED)
        if role == Qt.ItemDataRole.DisplayRole and place < len(self._stores):
            return self._stores[place]
        return None

    def _refresh(self) -> None:
        words = self._words
        shown_rows = [
            r
            for r in self._all
            if (r.added or not self._added)
            and (r.inconsistent or not self._inconsistent)
            and all(word in r.search for word in words)
        ]
        column, order = self._sorted
        key = _key(column)
        descending = order == Qt.SortOrder.DescendingOrder
        shown_rows.sort(key=lambda row: key(row).casefold(), reverse=descending)
        self.show_rows(shown_rows)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By one column."""
        self._sorted = (column, order)
        self._refresh()


def _key(column: int) -> Callable[[Row], str]:
    if column == 0:
        return lambda row: row.name
    if column == 1:
        return lambda row: row.expires
    place = column - len(_FIXED)
    return lambda row: row.cells[place] if place < len(row.cells) else ""

"""The table's model: rows in memory, searched and sorted here, in C-speed Python built-ins.

A proxy model would ask for every cell through Qt; ten thousand rows would stutter.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from PySide6.QtCore import Qt

from ui.stores.rows import Row
from ui.style.table import WordsModel


class StoresModel(WordsModel[Row]):
    """Shows the rows that hold every word of the search."""

    columns = (
        ("Name", "name"),
        ("Trusted for", "trust"),
        ("Store", "store"),
        ("Expires", "expires"),
        ("Added by", "origin"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Row] = []
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

    @property
    def total(self) -> int:
        """How many there are without a search."""
        return len(self._all)

    def _refresh(self) -> None:
        words = self._words
        shown = [r for r in self._all if all(word in r.search for word in words)]
        column, order = self._sorted
        key = attrgetter(self.columns[column][1])
        descending = order == Qt.SortOrder.DescendingOrder
        shown.sort(key=lambda row: key(row).casefold(), reverse=descending)
        self.show_rows(shown)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By one column."""
        self._sorted = (column, order)
        self._refresh()

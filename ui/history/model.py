"""Changes as rows, and their table model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from trustmgr.remedy.journal import Change

_NOWHERE = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_COLUMNS = (
    ("When", "when"),
    ("Change", "what"),
    ("Certificate", "certificate"),
    ("Store", "store"),
    ("State", "state"),
)
_OPERATION = {"add": "Added", "remove": "Removed", "set-trust": "Trust changed"}


@dataclass(frozen=True)
class HistoryRow:
    """One change in words."""

    id: int
    when: str
    what: str
    certificate: str
    store: str
    state: str
    undoable: bool


def history_rows(changes: Sequence[Change], store_title: Callable[[str], str]) -> list[HistoryRow]:
    """In the engine's order: newest first. Times are those of this computer's clock."""
    return [_row(change, store_title(change.store)) for change in changes]


def _row(change: Change, store: str) -> HistoryRow:
    from trustmgr.certificate import Certificate

    try:
        title = Certificate(change.der).title
    except ValueError:
        title = change.sha256
    return HistoryRow(
        id=change.id,
        when=f"{change.at.astimezone():%Y-%m-%d %H:%M:%S}",
        what=_OPERATION.get(str(change.operation), str(change.operation)),
        certificate=title,
        store=store,
        state=str(change.state),
        undoable=change.undoable,
    )


class HistoryModel(QAbstractTableModel):
    """Plain words only."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[HistoryRow] = []

    def set_rows(self, rows: Sequence[HistoryRow]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, index: int) -> HistoryRow:
        """The row at this place."""
        return self._rows[index]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """All of them."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Fixed."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Words, never markup."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            value: str = getattr(self._rows[index.row()], _COLUMNS[index.column()][1])
            return value
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """The columns' names."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _COLUMNS[section][0]
        return None

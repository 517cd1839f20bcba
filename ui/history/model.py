"""Changes as rows, and their table model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.style.table import WordsModel

if TYPE_CHECKING:
    from trustmgr.remedy.journal import Change

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


class HistoryModel(WordsModel[HistoryRow]):
    """Every change."""

    columns = (
        ("When", "when"),
        ("Change", "what"),
        ("Certificate", "certificate"),
        ("Store", "store"),
        ("State", "state"),
    )

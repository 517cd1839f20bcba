"""Changes as rows, and their table model."""

from __future__ import annotations

from collections import Counter
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
    together: int = 1  # how many changes of its review can be undone, itself among them


def history_rows(changes: Sequence[Change], store_title: Callable[[str], str]) -> list[HistoryRow]:
    """In the engine's order: newest first. Times are those of this computer's clock."""
    groups = Counter(change.group for change in changes if change.undoable)
    return [_row(c, store_title(c.store), groups[c.group]) for c in changes]


def _row(change: Change, store: str, together: int) -> HistoryRow:
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
        together=together,
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

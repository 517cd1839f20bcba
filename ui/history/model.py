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
    subject: str
    store: str
    state: str
    undoable: bool
    together: int = 1  # how many changes of its review can be undone, itself among them


def history_rows(changes: Sequence[Change], store_title: Callable[[str], str]) -> list[HistoryRow]:
    """In the engine's order: newest first. Times are those of this computer's clock."""
    groups = Counter(change.group for change in changes if change.undoable)
    return [_row(c, _title(c, store_title), groups[c.group]) for c in changes]


def _title(change: Change, store_title: Callable[[str], str]) -> str:
    """As it is called now; a store that is gone, or is no place of trust, as it was called then."""
    now = store_title(change.store)
    return now if now != change.store else change.store_title


def _row(change: Change, store: str, together: int) -> HistoryRow:
    return HistoryRow(
        id=change.id,
        when=f"{change.at.astimezone():%Y-%m-%d %H:%M:%S}",
        what=_OPERATION.get(str(change.operation), str(change.operation)),
        subject=change.subject,
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
        ("What of", "subject"),
        ("Store", "store"),
        ("State", "state"),
    )

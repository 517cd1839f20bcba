"""Which stores: check boxes, the narrowest picked by the engine's plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from ui.style.cards import Card
from ui.style.controls import QuietLabel
from ui.text import Size, caption, label, shown

if TYPE_CHECKING:
    from platform_backends.base import Store

_SCOPE = {
    "user": "for you alone",
    "machine": "for everybody on this computer",
    "tool": "for one program",
}


@dataclass(frozen=True)
class StoreLine:
    """What the choice shows of a store; made in the background, where asking may take time."""

    id: str
    title: str
    scope: str
    administrator: bool
    available: bool
    reason: str


def store_lines(stores: Sequence[Store]) -> list[StoreLine]:
    """The stores as lines: usable ones first, users' before the machine's."""
    lines = [_line(store) for store in stores]
    order = ("user", "tool", "machine")
    return sorted(lines, key=lambda line: (not line.available, order.index(line.scope)))


def _line(store: Store) -> StoreLine:
    found = store.availability()
    return StoreLine(
        store.id,
        store.title,
        str(store.scope),
        str(store.privilege) == "administrator",
        found.available,
        f"{found.reason} {found.fix}".strip(),
    )


class StoreChoice(Card):
    """`changed` when a box is set or cleared."""

    changed = Signal()

    def __init__(self, lines: Iterable[StoreLine], picked: set[str]) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        self.body.addWidget(label("Where", bold=True, size=Size.LARGE))
        for line in lines:
            rights = "; asks for an administrator's password" if line.administrator else ""
            more = f"{_SCOPE[line.scope]}{rights}" if line.available else line.reason
            box = QCheckBox(caption(line.title))
            box.setChecked(line.id in picked)
            box.setEnabled(line.available)
            box.setAccessibleName(shown(f"{line.title}: {more}"))
            box.toggled.connect(self.changed)
            self.boxes[line.id] = box
            self.body.addWidget(box)
            words = QuietLabel(more[:1].upper() + more[1:], Size.SMALL)
            words.setContentsMargins(26, 0, 0, 4)
            self.body.addWidget(words)

    def chosen(self) -> tuple[str, ...]:
        """The ids that are picked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

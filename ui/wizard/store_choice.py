"""Which stores: check boxes, the narrowest picked by the engine's plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from ui.style.cards import Card
from ui.style.controls import QuietLabel, button, row
from ui.text import Size, caption, label, shown

if TYPE_CHECKING:
    from platform_backends.base import Store
    from trustmgr.remedy.where import Where

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
    serves: str = ""  # instead of what the scope says


def store_lines(stores: Sequence[Store], first: Sequence[Where] = ()) -> list[StoreLine]:
    """The stores as lines: what a program reads, in its order; then usable ones, users' before the
    machine's."""
    lines = [_line(store) for store in stores]
    order = ("user", "tool", "machine")
    lines.sort(key=lambda line: (not line.available, order.index(line.scope)))
    read = [
        StoreLine(one.id, one.title, "tool", one.administrator, True, "", one.serves)
        for one in first
    ]
    return read + [line for line in lines if line.id not in {one.id for one in first}]


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
    """`changed` when a box is set or cleared; `everything` when the button for all of them is pressed."""

    changed = Signal()
    everything = Signal()

    def __init__(
        self, lines: Sequence[StoreLine], picked: set[str], program: str = "", read: int = 0
    ) -> None:
        """`program` reads the first `read` of the stores."""
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        self.body.addWidget(label("Where", bold=True, size=Size.LARGE))
        if read:
            self._add_lines(lines[:read], picked, f"{program} reads these, the narrowest first:")
            self._add_lines(lines[read:], picked, "Other programs read these:")
        else:
            self._add_lines(lines, picked, "")
        every = button("Make it work for &everything on this computer", self.everything.emit)
        self.body.addLayout(row(every))

    def _add_lines(self, lines: Iterable[StoreLine], picked: set[str], heading: str) -> None:
        if heading:
            self.body.addWidget(QuietLabel(heading))
        for line in lines:
            rights = "; asks for an administrator's password" if line.administrator else ""
            serves = line.serves or _SCOPE[line.scope]
            more = f"{serves}{rights}" if line.available else line.reason
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

    def pick(self, stores: Collection[str]) -> None:
        """Set exactly these boxes, without a word."""
        for identity, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(identity in stores)
            box.blockSignals(False)

    def chosen(self) -> tuple[str, ...]:
        """The ids that are picked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

"""Which stores: check boxes, the narrowest picked by the engine's plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from ui.style.cards import Card
from ui.style.choices import CheckBox
from ui.style.controls import QuietLabel, button, row
from ui.style.fold import Disclosure
from ui.text import Size, caption, label, shown

if TYPE_CHECKING:
    from platform_backends.base import Store
    from trustmgr.remedy.where import Where

_LONGEST = 80  # characters of a title beside its box, which cannot break lines
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
    shared: bool = True  # by programs, and so never folded away


def store_lines(
    stores: Sequence[Store], first: Sequence[Where] = (), alone: Sequence[Where] = ()
) -> list[StoreLine]:
    """The stores as lines: what a program reads, in its order; then what this system keeps for the site
    `alone`; then usable ones, users' before the machine's."""
    lines = [_line(store) for store in stores]
    order = ("user", "tool", "machine")
    lines.sort(key=lambda line: (not line.available, order.index(line.scope)))
    ahead = {one.id: one for one in (*first, *alone)}
    return [*map(_named, ahead.values()), *(line for line in lines if line.id not in ahead)]


def _named(one: Where) -> StoreLine:
    return StoreLine(one.id, one.title, "tool", one.administrator, True, one.note, one.serves)


def _line(store: Store) -> StoreLine:
    found = store.availability()
    return StoreLine(
        store.id,
        store.title,
        str(store.scope),
        str(store.privilege) == "administrator",
        found.available,
        f"{found.reason} {found.fix}".strip(),
        shared=str(store.scope) != "tool",
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
        self.boxes: dict[str, CheckBox] = {}
        self.body.addWidget(label("Where", bold=True, size=Size.LARGE))
        shared = [one for one in lines if one.shared or one.id in picked]
        first = list(lines[:read]) or shared
        rest = [one for one in lines if one not in first]
        if read:
            self.body.addWidget(QuietLabel(f"{program} reads these, the narrowest first:"))
        self._add_lines(self.body, first, picked)
        every = button("Make it work for everything on this &computer", self.everything.emit)
        self.body.addLayout(row(every))
        self._fold = Disclosure(f"Stores of &other programs ({len(rest)})")
        self._add_lines(self._fold.body, rest, picked)
        self._folded = {one.id for one in rest}
        self._fold.setVisible(bool(rest))
        self.body.addWidget(self._fold)

    def _add_lines(self, column: QVBoxLayout, lines: Iterable[StoreLine], picked: set[str]) -> None:
        for line in lines:
            rights = "; asks for an administrator's password" if line.administrator else ""
            serves = line.serves or _SCOPE[line.scope]
            note = f". {line.reason}" if line.reason else ""
            more = f"{serves}{rights}{note}" if line.available else line.reason
            title = line.title if len(line.title) <= _LONGEST else f"{line.title[:_LONGEST]}…"
            box = CheckBox(caption(title))
            box.setChecked(line.id in picked)
            box.setEnabled(line.available)
            box.setAccessibleName(shown(f"{line.title}: {more}"))
            box.toggled.connect(self.changed)
            self.boxes[line.id] = box
            column.addWidget(box)
            whole = "" if title == line.title else f"{line.title}. "
            words = QuietLabel(whole + more[:1].upper() + more[1:], Size.SMALL)
            words.setContentsMargins(26, 0, 0, 4)
            column.addWidget(words)

    def pick(self, stores: Collection[str]) -> None:
        """Set exactly these boxes, without a word; those that are folded away are shown."""
        for identity, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(identity in stores)
            box.blockSignals(False)
        if self._folded & set(stores):
            self._fold.toggle.setChecked(True)

    def chosen(self) -> tuple[str, ...]:
        """The ids that are picked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

"""A bar over the pages with something to know; it can be dismissed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.style.cards import Card, Mark
from ui.style.controls import button, clear
from ui.style.tones import Tone
from ui.text import label


class NoticeBar(QWidget):
    """Hidden while it has nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setVisible(False)
        self._card = Card(Tone.NOTE)
        self._text = label("", selectable=True)
        inside = QHBoxLayout()
        inside.addWidget(Mark(Tone.NOTE))
        inside.addWidget(self._text, 1)
        self._action = QHBoxLayout()
        inside.addLayout(self._action)
        inside.addWidget(button("Dis&miss", self._dismiss, "Dismiss this notice"))
        self._card.body.setContentsMargins(12, 6, 12, 6)
        self._card.body.addLayout(inside)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 0)
        outer.addWidget(self._card)
        self.setAccessibleName("Notice")

    def tell(self, text: str) -> None:
        """Show a sentence, after those that are still there."""
        if self.isHidden():
            self._text.setText(text)
        else:
            self._text.setText(f"{self._text.text()}\n{text}")
        self.setVisible(True)

    def offer(self, text: str, words: str, action: Callable[[], None]) -> None:
        """A sentence with a button that leads on."""
        self.tell(text)
        clear(self._action)
        self._action.addWidget(button(words, action))

    @property
    def said(self) -> str:
        """What it shows now."""
        return "" if self.isHidden() else self._text.text()

    def _dismiss(self) -> None:
        clear(self._action)
        self.setVisible(False)

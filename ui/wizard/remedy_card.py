"""One remedy: who does it and its risk always; how, and what to tell others, once it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.style.cards import RADIUS, Card, Mark
from ui.style.choices import RadioButton
from ui.style.controls import QuietLabel, button, copy_button, row
from ui.style.fold import Disclosure
from ui.style.tones import accent
from ui.text import label, shown
from ui.wizard.words import DONE_BY, RISK

if TYPE_CHECKING:
    from trustmgr.findings import Remedy
    from ui.service import Service

_INDENT = 26
#: Action -> words on the button, and what the engine calls the page and the command.
_PAGES = {
    "set-clock": ("Open date and time settin&gs", "open_clock_settings", "clock_command"),
    "update-system": ("Open the system's &updates", "open_update_settings", "update_command"),
}


class RemedyCard(Card):
    """Chosen with its round button, or by a click anywhere on it."""

    chosen = Signal()
    setting_wanted = Signal(str, str)  # name and title of a setting of this system

    def __init__(self, remedy: Remedy, service: Service) -> None:
        super().__init__()
        self.remedy, self._service = remedy, service
        risk, tone = RISK[str(remedy.risk)]
        text = f"{risk}: {remedy.risk_text}" if remedy.risk_text else risk
        who = DONE_BY.get(str(remedy.fix_by), "")
        self.choice = RadioButton()
        self.choice.setAccessibleName(f"{shown(remedy.title)}. {who}. {shown(text)}")
        self.choice.setAccessibleDescription(shown(remedy.detail))
        self.choice.installEventFilter(self)
        heading = row(self.choice, label(remedy.title, bold=True), stretch=1)
        self.body.addLayout(heading)
        inside = QVBoxLayout()
        inside.setContentsMargins(_INDENT, 0, 0, 0)
        inside.setSpacing(6)
        inside.addWidget(QuietLabel(who))
        if str(remedy.risk) != "none" or remedy.risk_text:
            inside.addLayout(row(Mark(tone, 16), label(text), stretch=1))
        self._more = self._details()
        inside.addWidget(self._more)
        self.body.addLayout(inside)
        self.choice.toggled.connect(self._toggled)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _details(self) -> QWidget:
        """Hidden until the remedy is chosen."""
        holder = QWidget()
        holder.setVisible(False)
        holder.setCursor(Qt.CursorShape.ArrowCursor)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 4, 0, 2)
        column.addWidget(label(self.remedy.detail, selectable=True))
        if self.remedy.action in _PAGES:
            self._page(column, self.remedy.action)
        if (found := self._service.setting_of(self.remedy)) is not None:
            self.change = button("&Show what would be changed…", lambda: self._want(found))
            column.addLayout(row(self.change))
        if self.remedy.message:
            self._message(column, self.remedy.message)
        return holder

    def _page(self, column: QVBoxLayout, action: str) -> None:
        """A button that shows the system's own page; without one, the command."""
        words, opens, command = _PAGES[action]
        engine = self._service.engine
        self._command = label("", selectable=True)
        self._command.hide()

        def clicked() -> None:
            if getattr(engine, opens)():
                return
            said = getattr(engine, command)()
            more = f" In a terminal: {said}" if said else ""
            self._command.setText(f"There is no such page here.{more}")
            self._command.show()

        self.settings = button(words, clicked)
        column.addLayout(row(self.settings))
        column.addWidget(self._command)

    def _want(self, found: tuple[str, str]) -> None:
        self.setting_wanted.emit(*found)

    def _message(self, column: QVBoxLayout, message: str) -> None:
        """What to tell the owner or administrator, ready to copy; folded when there is more to do."""
        words = label(message, selectable=True)
        words.setAccessibleName("Message to copy")
        if self.remedy.action:
            fold = Disclosure("What to tell them")
            fold.body.addWidget(words)
            column.addWidget(fold)
        else:
            column.addWidget(label("What to tell them:", bold=True))
            column.addWidget(words)
        column.addLayout(row(copy_button(lambda: message, "the message")))

    def _toggled(self, checked: bool) -> None:
        self._more.setVisible(checked)
        self.update()
        if checked:
            self.chosen.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the card is a click on its button."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.choice.setChecked(True)
            self.choice.setFocus(Qt.FocusReason.MouseFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame shows where the keyboard is."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A frame around the chosen one, heavier with the keyboard on it."""
        super().paintEvent(event)
        if not (self.choice.isChecked() or self.choice.hasFocus()):
            return
        heavy = 3.0 if self.choice.hasFocus() else 2.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent(self.palette()), heavy))
        area = QRectF(self.rect()).adjusted(heavy / 2, heavy / 2, -heavy / 2, -heavy / 2)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        painter.end()

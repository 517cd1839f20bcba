"""One certificate of the drawn chain: a painted card that is chosen by mouse or keyboard."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.style.cards import RADIUS, draw_mark
from ui.style.tones import Tone, colours, mix
from ui.text import Size, font, shown

_SIDE, _MARK = 12, 20


@dataclass(frozen=True)
class CardText:
    """What a card says. `role` is "Site", "Intermediate authority", "Root authority"."""

    role: str
    title: str
    line: str
    tone: Tone
    problems: tuple[str, ...] = ()


class CertificateCard(QAbstractButton):
    """Checkable; the arrow keys move between the cards of one chain."""

    def __init__(self, text: CardText) -> None:
        super().__init__()
        self.words = text
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        state = "; ".join(text.problems) if text.problems else "no problem found"
        self.setAccessibleName(shown(f"{text.role}: {text.title}. {text.line}. {state}"))
        self.setAccessibleDescription("Shows the details of this certificate")

    def _lines(self) -> list[tuple[str, Size, bool]]:
        lines = [
            (self.words.role, Size.SMALL, False),
            (self.words.title, Size.BODY, True),
            (self.words.line, Size.SMALL, False),
        ]
        return lines + [(problem, Size.SMALL, True) for problem in self.words.problems]

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        height = sum(QFontMetrics(font(size)).height() + 2 for _, size, _ in self._lines())
        return QSize(320, height + 20)

    def minimumSizeHint(self) -> QSize:
        """Narrow windows elide."""
        return QSize(220, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface in the tone, the mark, and the lines."""
        palette = self.palette()
        found = colours(self.words.tone, palette)
        accent = palette.highlight().color()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        surface = mix(found.surface, accent, 0.08 if self.isChecked() else 0.0)
        painter.setBrush(surface)
        heavy = 3.0 if self.hasFocus() else 2.0 if self.isChecked() else 1.0
        chosen = self.isChecked() or self.hasFocus()
        painter.setPen(QPen(accent if chosen else found.border, heavy))
        inset = heavy / 2
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        mark = QRectF(_SIDE, (self.height() - _MARK) / 2, _MARK, _MARK)
        draw_mark(painter, mark, self.words.tone, found.ink)
        self._write(painter)
        painter.end()

    def _write(self, painter: QPainter) -> None:
        palette = self.palette()
        left, top = _SIDE * 2 + _MARK, 10
        width = self.width() - left - _SIDE
        for number, (text, size, bold) in enumerate(self._lines()):
            written = font(size, bold=bold)
            metrics = QFontMetrics(written)
            painter.setFont(written)
            ink = palette.text().color()
            if not bold:
                ink = mix(ink, palette.base().color(), 0.25)
            elif number > 1:
                ink = colours(self.words.tone, palette).ink
            painter.setPen(ink)
            cut = metrics.elidedText(shown(text), Qt.TextElideMode.ElideRight, width)
            painter.drawText(
                QRectF(left, top, width, metrics.height()), int(Qt.AlignmentFlag.AlignVCenter), cut
            )
            top += metrics.height() + 2

"""One certificate of the drawn chain: a painted card that is chosen by mouse or keyboard."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.style.cards import RADIUS, draw_mark
from ui.style.tones import WORDS, Tone, accent, colours, legible, mix
from ui.text import Size, font, grown, shown

_SIDE, _MARK, _TOP, _BETWEEN = 12, 20, 10, 2
#: The lines from this one on wrap: the problems.
_WRAPPING = 3
_FLAGS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignVCenter)


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
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        state = "; ".join(text.problems) if text.problems else "no problem found"
        self.setAccessibleName(shown(f"{text.role}: {text.title}. {text.line}. {state}"))
        self.setAccessibleDescription("Shows the details of this certificate")

    def _lines(self) -> list[tuple[str, Size, bool]]:
        lines = [
            (shown(self.words.role), Size.SMALL, False),
            (shown(self.words.title), Size.BODY, True),
            (shown(self.words.line), Size.SMALL, False),
        ]
        return lines + [(shown(problem), Size.SMALL, True) for problem in self.words.problems]

    def hasHeightForWidth(self) -> bool:
        """Problems wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as its lines."""
        inner = width - _left() - _SIDE
        return sum(_height(line, inner) + _BETWEEN for line in self._lines()) + 2 * _TOP

    def sizeHint(self) -> QSize:
        """A comfortable width."""
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        """Narrow windows elide the name."""
        return QSize(220, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface in the tone, the mark, and the lines."""
        palette = self.palette()
        found = colours(self.words.tone, palette)
        frame = accent(palette)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        surface = mix(found.surface, frame, 0.08 if self.isChecked() else 0.0)
        painter.setBrush(surface)
        heavy = 3.0 if self.hasFocus() else 2.0 if self.isChecked() else 1.0
        chosen = self.isChecked() or self.hasFocus()
        painter.setPen(QPen(frame if chosen else found.border, heavy))
        inset = heavy / 2
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        size = grown(_MARK)
        mark = QRectF(_SIDE, (self.height() - size) / 2, size, size)
        draw_mark(painter, mark, self.words.tone, found.ink)
        self._write(painter, surface)
        painter.end()

    def _write(self, painter: QPainter, surface: QColor) -> None:
        palette = self.palette()
        plain = palette.text().color()
        top, width = float(_TOP), self.width() - _left() - _SIDE
        for number, line in enumerate(self._lines()):
            text, size, bold = line
            written = font(size, bold=bold)
            painter.setFont(written)
            ink = plain
            if not bold:
                ink = mix(plain, surface, 0.25)
            elif number >= _WRAPPING:
                ink = colours(self.words.tone, palette).ink
            painter.setPen(legible(ink, plain, WORDS, surface))
            height = _height(line, width)
            if number < _WRAPPING:
                elide = Qt.TextElideMode.ElideRight
                text = QFontMetrics(written).elidedText(text, elide, width)
            painter.drawText(QRectF(_left(), top, width, height), _FLAGS, text)
            top += height + _BETWEEN


def _left() -> int:
    """Where the words begin, beside the mark."""
    return _SIDE * 2 + grown(_MARK)


def _height(line: tuple[str, Size, bool], width: int) -> int:
    """Of one line of the card. Problems, the small bold ones, wrap; the rest is elided."""
    text, size, bold = line
    metrics = QFontMetrics(font(size, bold=bold))
    if not bold or size is not Size.SMALL:
        return metrics.height()
    return metrics.boundingRect(QRect(0, 0, max(width, 40), 10_000), _FLAGS, text).height()

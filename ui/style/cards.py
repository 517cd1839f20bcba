"""Cards, marks and lines: the few painted pieces that pages are made of."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from ui.style.tones import Tone, colours, readable_on
from ui.text import grown

#: Distances in device-independent pixels.
GAP, MARGIN, RADIUS = 8, 16, 8


class Card(QFrame):
    """A rounded surface that holds things belonging together; `body` is its layout."""

    def __init__(self, tone: Tone = Tone.PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tone = tone
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(MARGIN, 12, MARGIN, 12)
        self.body.setSpacing(GAP)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_tone(self, tone: Tone) -> None:
        """Change what the card says."""
        self.tone = tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The surface and its border."""
        found = colours(self.tone, self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(found.border, 1))
        painter.setBrush(found.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()


_MARK_NAMES = {
    Tone.GOOD: "Good",
    Tone.BAD: "Problem",
    Tone.WARN: "Warning",
    Tone.NOTE: "Notice",
    Tone.PLAIN: "Unknown",
}


def draw_mark(painter: QPainter, where: QRectF, tone: Tone, colour: QColor) -> None:
    """A disc with a sign in it: told apart by shape, not by colour alone."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    unit = where.width() / 20
    if tone is Tone.WARN:
        top, left, right = (10, 1.5), (0.5, 18.5), (19.5, 18.5)
        painter.drawPolygon(
            QPolygonF([where.topLeft() + QPointF(x, y) * unit for x, y in (top, right, left)])
        )
    else:
        painter.drawEllipse(where)
    painter.setPen(
        QPen(readable_on(colour), 2 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    )
    for line in _SIGNS[tone]:
        painter.drawPolyline(QPolygonF([where.topLeft() + QPointF(x, y) * unit for x, y in line]))
    painter.restore()


_SIGNS: dict[Tone, tuple[tuple[tuple[float, float], ...], ...]] = {
    Tone.GOOD: (((5.5, 10.5), (8.7, 13.7), (14.5, 6.8)),),
    Tone.BAD: (((6.5, 6.5), (13.5, 13.5)), ((13.5, 6.5), (6.5, 13.5))),
    Tone.WARN: (((10, 7.5), (10, 12.5)), ((10, 15.6), (10, 15.7))),
    Tone.NOTE: (((10, 9.2), (10, 14.5)), ((10, 5.6), (10, 5.7))),
    Tone.PLAIN: (((6.2, 10), (13.8, 10)),),
}


class Mark(QWidget):
    """The disc as a widget. `size` in device-independent pixels; it grows with the text."""

    def __init__(self, tone: Tone, size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone, self._size = tone, grown(size)
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName(_MARK_NAMES[tone])

    def set_tone(self, tone: Tone) -> None:
        """Show another sign."""
        self._tone = tone
        self.setAccessibleName(_MARK_NAMES[tone])
        self.update()

    def sizeHint(self) -> QSize:
        """Square."""
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The disc."""
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        draw_mark(painter, area, self._tone, colours(self._tone, self.palette()).ink)
        painter.end()

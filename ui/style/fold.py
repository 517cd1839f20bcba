"""A heading that unfolds what is under it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui.style.cards import GAP
from ui.style.tones import accent
from ui.text import grown

_ARROW = 22  # width of the arrow's place, before it grows with the text


class FoldButton(QAbstractButton):
    """An arrow and our own words (``&`` marks the key); checked while unfolded."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(f"{title.replace('&', '')}, show or hide")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Arrow and words."""
        flags = int(Qt.TextFlag.TextShowMnemonic)
        metrics = self.fontMetrics()
        width = metrics.boundingRect(0, 0, 4000, 200, flags, self.text()).width()
        return QSize(grown(_ARROW) + width + 10, metrics.height() + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Right when folded, down when not; a frame with the focus."""
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(accent(palette), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        ink = palette.windowText().color()
        place = grown(_ARROW)
        middle, unit = QPointF(place * 0.45, self.height() / 2), place / _ARROW
        points = ((-4, -2), (0, 2), (4, -2)) if self.isChecked() else ((-2, -4), (2, 0), (-2, 4))
        painter.setPen(QPen(ink, 1.6 * unit))
        painter.drawPolyline(QPolygonF([middle + QPointF(x, y) * unit for x, y in points]))
        flags = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextShowMnemonic)
        painter.drawText(self.rect().adjusted(place, 0, 0, 0), flags, self.text())
        painter.end()


class Disclosure(QWidget):
    """`body` is the layout of the hidden part."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggle = FoldButton(title)
        self.inside = QWidget()
        self.inside.setVisible(False)
        self.toggle.toggled.connect(self.inside.setVisible)
        self.body = QVBoxLayout(self.inside)
        self.body.setContentsMargins(grown(_ARROW), 2, 0, 4)
        self.body.setSpacing(GAP)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        outer.addWidget(self.toggle)
        outer.addWidget(self.inside)

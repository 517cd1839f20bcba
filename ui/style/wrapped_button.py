"""A button whose text wraps: for sentences that can be chosen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.style.tones import Tone, accent, colours, mix
from ui.text import shown

_SIDE, _TOP = 12, 8


class WrappedButton(QAbstractButton):
    """Flat until hovered or focused. Its text is plain, and ``&`` is an ordinary character."""

    def __init__(self, text: str, name: str = "") -> None:
        super().__init__()
        self._words = shown(text)
        self.setAccessibleName(name or self._words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """It wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Room for the wrapped text."""
        inner = QRect(0, 0, max(40, width - 2 * _SIDE), 10_000)
        flags = int(Qt.TextFlag.TextWordWrap)
        return self.fontMetrics().boundingRect(inner, flags, self._words).height() + 2 * _TOP

    def sizeHint(self) -> QSize:
        """A comfortable line length."""
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:
        """At least some words in a line."""
        return QSize(160, self.fontMetrics().height() + 2 * _TOP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Text on a soft surface."""
        palette = self.palette()
        frame = accent(palette)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        share = 0.14 if self.isDown() else 0.08 if self.underMouse() else 0.03
        painter.setBrush(mix(palette.base().color(), frame, share))
        painter.setPen(
            QPen(frame, 2) if self.hasFocus() else QPen(colours(Tone.PLAIN, palette).border)
        )
        painter.drawRoundedRect(area, 6, 6)
        painter.setPen(palette.text().color())
        inner = self.rect().adjusted(_SIDE, _TOP, -_SIDE, -_TOP)
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(inner, flags, self._words)
        painter.end()

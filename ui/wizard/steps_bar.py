"""The bar that shows where in the flow one is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style.tones import accent, mix, quiet
from ui.text import Size, font
from ui.wizard.page import Stage

_NAMES = ("Problem", "Look", "Found", "Remedies", "Review", "Apply", "Proof", "Done")
_GAP = 4  # pixels between two steps


class StepsBar(QWidget):
    """Painted; the current step is told to screen readers in its accessible name."""

    def __init__(self) -> None:
        super().__init__()
        self._stage = Stage.SYMPTOM
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(font(Size.SMALL))
        self.show_stage(Stage.SYMPTOM)

    def show_stage(self, stage: Stage) -> None:
        """Mark the current step."""
        self._stage = stage
        self.setAccessibleName(f"Step {stage + 1} of {len(_NAMES)}: {_NAMES[stage]}")
        self.update()

    def sizeHint(self) -> QSize:
        """One line of text and a line under it."""
        return QSize(sum(self._needs()), self.fontMetrics().height() + 16)

    def minimumSizeHint(self) -> QSize:
        """As the hint."""
        return self.sizeHint()

    def _needs(self) -> list[int]:
        """The width of each name, bold."""
        metrics = QFontMetrics(self._written(bold=True))
        return [metrics.horizontalAdvance(name) + 2 * _GAP for name in _NAMES]

    def _written(self, *, bold: bool) -> QFont:
        made = QFont(self.font())
        made.setBold(bold)
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        """Eight names over a line; done ones filled, the current one bold."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        needs, left = self._needs(), 0.0
        spare = (self.width() - sum(needs)) / len(needs)
        for index, need in enumerate(needs):
            self._paint_step(painter, index, QRectF(left, 0, need + spare, self.height()))
            left += need + spare
        painter.end()

    def _paint_step(self, painter: QPainter, index: int, area: QRectF) -> None:
        palette = self.palette()
        text, window = palette.windowText().color(), palette.window().color()
        reached, current = index <= self._stage, index == self._stage
        high = 3 if reached else 1  # not told by colour alone
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent(palette) if reached else mix(window, text, 0.16))
        bar = QRectF(area.left() + _GAP / 2, self.height() - 2 - high, area.width() - _GAP, high)
        painter.drawRoundedRect(bar, high / 2, high / 2)
        painter.setFont(self._written(bold=current))
        painter.setPen(text if current else quiet(palette))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area.adjusted(_GAP / 2, 0, 0, -8), int(flags), _NAMES[index])

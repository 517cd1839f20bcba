"""The bar that shows where in the flow one is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style.tones import accent, mix, quiet
from ui.text import Size, font
from ui.wizard.page import Stage

_NAMES = ("Problem", "Look", "Found", "Remedies", "Review", "Apply", "Proof", "Done")


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
        return QSize(400, self.fontMetrics().height() + 16)

    def minimumSizeHint(self) -> QSize:
        """As the hint."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Eight names over a line; done ones filled, the current one bold."""
        palette = self.palette()
        done, window = accent(palette), palette.window().color()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / len(_NAMES)
        rest = mix(window, palette.windowText().color(), 0.16)
        for index, name in enumerate(_NAMES):
            area = QRectF(index * width, 0, width, self.height())
            reached = index <= self._stage
            high = 3 if reached else 1  # not told by colour alone
            bar = QRectF(area.left() + 2, self.height() - 2 - high, width - 4, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(done if reached else rest)
            painter.drawRoundedRect(bar, 1.5, 1.5)
            written = self.font()
            written.setBold(index == self._stage)
            painter.setFont(written)
            ink = palette.windowText().color() if index == self._stage else quiet(palette)
            painter.setPen(QPen(ink))
            cut = QFontMetrics(written).elidedText(
                name, Qt.TextElideMode.ElideRight, int(width - 6)
            )
            painter.drawText(
                area.adjusted(2, 0, -2, -8),
                int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
                cut,
            )
        painter.end()

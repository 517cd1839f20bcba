"""The sidebar: which page is shown, and help."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from ui.style.controls import button
from ui.style.tones import accent, mix
from ui.text import Size, font, keys, label, standard_keys


class SidebarButton(QAbstractButton):
    """One page's name; checked while its page is shown."""

    def __init__(self, text: str, keys: str) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setAccessibleDescription(f"Show this page ({keys})")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(font(Size.BODY))

    def sizeHint(self) -> QSize:
        """As wide as the sidebar, high enough to hit."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 40, metrics.height() + 20)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A soft surface when checked, a bar beside it, a frame with the focus."""
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        frame = accent(palette)
        if self.isChecked() or self.underMouse():
            share = 0.16 if self.isChecked() else 0.07
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mix(palette.window().color(), frame, share))
            painter.drawRoundedRect(area, 6, 6)
        if self.isChecked():
            painter.setBrush(frame)
            painter.drawRoundedRect(QRectF(2, area.top() + 8, 3, area.height() - 16), 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(frame)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 6, 6)
        written = self.font()
        written.setBold(self.isChecked())
        painter.setFont(written)
        painter.setPen(palette.windowText().color())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area.adjusted(16, 0, -8, 0), int(flags), self.text())
        painter.end()


class Sidebar(QWidget):
    """`chosen(index)` when a page is picked."""

    chosen = Signal(int)
    help_wanted = Signal()

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName("Pages")
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 18, 12, 12)
        column.setSpacing(4)
        heading = label("Trust Manager", bold=True, size=Size.LARGE, wrap=False)
        heading.setContentsMargins(8, 0, 8, 10)
        column.addWidget(heading)
        for index, name in enumerate(names):
            made = SidebarButton(name, keys(f"Ctrl+{index + 1}"))
            self._group.addButton(made, index)
            column.addWidget(made)
        column.addStretch(1)
        pressed = standard_keys(QKeySequence.StandardKey.HelpContents)
        column.addWidget(button(f"Help ({pressed})", self.help_wanted.emit, "Help"))
        self._group.idClicked.connect(self.chosen)
        self.setMinimumWidth(heading.sizeHint().width() + 48)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def mark(self, index: int) -> None:
        """Show which page is in front."""
        self._group.button(index).setChecked(True)

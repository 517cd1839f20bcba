"""Check boxes and radio buttons whose frame is seen in the dark.

Qt's own style (Fusion) draws it in the window's colour, darkened: on a dark card that is nothing at
all. Every other style is left alone.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QCheckBox, QRadioButton, QWidget

from ui.style.controls import NEW_PALETTE
from ui.style.tones import frame, is_dark

#: Fusion's frame is `window.darker(140).lighter(110)`; this takes it back, in percent.
_BACK = 128


class CheckBox(QCheckBox):
    """A check box."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        _frame(self)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette and the style."""
        super().changeEvent(event)
        if event.type() in _OTHER:
            _frame(self)


class RadioButton(QRadioButton):
    """A radio button."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        _frame(self)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette and the style."""
        super().changeEvent(event)
        if event.type() in _OTHER:
            _frame(self)


_OTHER = (QEvent.Type.StyleChange, *NEW_PALETTE)


def _frame(box: QWidget) -> None:
    palette, system = QPalette(), QGuiApplication.palette()
    if box.style().name() == "fusion" and is_dark(system):
        palette.setColor(QPalette.ColorRole.Window, frame(system).lighter(_BACK))
    box.setPalette(palette)

"""The wizard's buttons, in the order of the system's own assistants (`QWizard` knows the same)."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QPushButton, QStyle, QWidget

from ui.style.controls import PrimaryButton, button

_Layout = QDialogButtonBox.ButtonLayout
#: Where Cancel stands alone on the left; on Windows and KDE it comes last, after Next.
_CANCEL_FIRST = {_Layout.MacLayout, _Layout.GnomeLayout}


class Foot(QWidget):
    """Back, Next and Cancel. Tab goes through them as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.back = button("&Back", name="Back")
        self.cancel = button("Cancel", name="Cancel")
        self.next = PrimaryButton()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 12, 24, 12)
        self._row.setSpacing(10)
        self._lay_out()

    @property
    def in_order(self) -> tuple[QPushButton, ...]:
        """From left to right."""
        hint = QStyle.StyleHint.SH_DialogButtonLayout
        if _Layout(self.style().styleHint(hint, None, self)) in _CANCEL_FIRST:
            return self.cancel, self.back, self.next
        return self.back, self.next, self.cancel

    def changeEvent(self, event: QEvent) -> None:
        """Follow the style."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._lay_out()

    def _lay_out(self) -> None:
        while self._row.takeAt(0) is not None:
            pass
        for made in self.in_order:
            self._row.addWidget(made)
        for before, after in pairwise(self.in_order):
            QWidget.setTabOrder(before, after)
        self._row.insertStretch(1 if self.in_order[0] is self.cancel else 0)

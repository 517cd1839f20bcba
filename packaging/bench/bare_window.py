"""The smallest PySide6 window: opens, paints once, ends. What the program's window is held against."""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel


class Window(QLabel):
    """One line of text."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - named by Qt
        """Paint, then ask for the end."""
        super().paintEvent(event)
        QTimer.singleShot(0, QApplication.quit)


if __name__ == "__main__":
    application = QApplication(sys.argv)
    window = Window("A bare window")
    window.resize(900, 640)
    window.show()
    sys.exit(application.exec())

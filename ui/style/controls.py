"""Buttons, fields, lines and scrolling pages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.style.cards import GAP
from ui.style.tones import mix, quiet, readable_on
from ui.text import PlainLabel, Size, label

#: Milliseconds for which a button says that it has done it.
_MOMENT = 2000
#: When the system turns dark or light, Qt sends the one or the other. (Setting the same palette again
#: sends neither, so a widget may set its own in answer.)
NEW_PALETTE = (QEvent.Type.ApplicationPaletteChange, QEvent.Type.PaletteChange)


def button(text: str, clicked: Callable[[], None] | None = None, name: str = "") -> QPushButton:
    """A button in our own words (``&`` marks its key). `name` is what a screen reader says."""
    made = comfortable(QPushButton(text))
    made.setAccessibleName(name or text.replace("&", ""))
    if clicked is not None:
        made.clicked.connect(lambda _checked: clicked())
    return made


def comfortable(made: QPushButton) -> QPushButton:
    """The same button, large enough to read and hit; Enter presses it."""
    made.setAutoDefault(True)
    made.setMinimumHeight(made.fontMetrics().height() + 16)
    width = made.fontMetrics().horizontalAdvance(made.text()) + 32
    least = made.fontMetrics().averageCharWidth() * 13
    made.setMinimumWidth(max(width, least, made.sizeHint().width()))
    return made


class PrimaryButton(QPushButton):
    """The one button of a page that leads on, in the palette's accent colour."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setDefault(True)
        self.setMinimumHeight(self.fontMetrics().height() + 16)
        self.setText(text)
        self._colour()

    def setText(self, text: str) -> None:
        """With room on both sides."""
        super().setText(text)
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(text) + 40
        self.setMinimumWidth(max(width, metrics.averageCharWidth() * 16))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette and whether it can be pressed."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.EnabledChange, *NEW_PALETTE}:
            self._colour()

    def _colour(self) -> None:
        """In the accent colour while it can be pressed. A Mac paints its default buttons itself."""
        if not self.isEnabled() or self.style().name() == "macos":
            self.setPalette(QPalette())
            return
        system = QGuiApplication.palette()
        palette = QPalette(system)
        accent = system.highlight().color()
        palette.setColor(QPalette.ColorRole.Button, accent)
        palette.setColor(QPalette.ColorRole.ButtonText, readable_on(accent))
        self.setPalette(palette)


def copy_button(text: Callable[[], str], what: str, words: str = "Copy") -> QPushButton:
    """A button that copies `text()` and says so for a moment."""
    made = button(words, name=f"Copy {what}")

    def copy() -> None:
        QGuiApplication.clipboard().setText(text())
        made.setText("Copied")
        QTimer.singleShot(_MOMENT, made, lambda: made.setText(words))

    made.clicked.connect(copy)
    return made


class QuietLabel(PlainLabel):
    """Text that matters less."""

    def __init__(self, text: str = "", size: Size = Size.BODY) -> None:
        super().__init__(text)
        like = label(text, size=size)
        self.setFont(like.font())
        self.setWordWrap(True)
        self.setSizePolicy(like.sizePolicy())
        like.deleteLater()
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() in NEW_PALETTE:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette(QGuiApplication.palette())
        palette.setColor(QPalette.ColorRole.WindowText, quiet(palette))
        self.setPalette(palette)


class _Inside(QWidget):
    """As high as its layout needs at its real width; Qt would take the height of the narrowest."""

    def minimumSizeHint(self) -> QSize:
        """Only a width."""
        return QSize(super().minimumSizeHint().width(), 0)


class Scroll(QScrollArea):
    """A page that scrolls up and down when it must, and sideways before it cuts something off;
    `body` is its layout."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that keys can scroll it
        inside = _Inside()
        inside.setAccessibleName(name)
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(24, 4, 24, 16)
        self.body.setSpacing(12)
        self.setWidget(inside)


class Line(QFrame):
    """A thin line between two regions."""

    def __init__(self, *, upright: bool = False) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() in NEW_PALETTE:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette(QGuiApplication.palette())
        line = mix(palette.window().color(), palette.windowText().color(), 0.18)
        palette.setColor(QPalette.ColorRole.Window, line)
        self.setPalette(palette)


def row(*widgets: QWidget, stretch: int = -1) -> QHBoxLayout:
    """Widgets side by side; `stretch` is the index of the one that grows (-1: a gap at the end)."""
    made = QHBoxLayout()
    made.setSpacing(GAP)
    for index, widget in enumerate(widgets):
        made.addWidget(widget, 1 if index == stretch else 0)
    if stretch < 0:
        made.addStretch(1)
    return made


def clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif isinstance(inner, (QVBoxLayout, QHBoxLayout)):
            clear(inner)


def roomy(field: QLineEdit) -> QLineEdit:
    """The same field, high enough to read and hit."""
    field.setMinimumHeight(field.fontMetrics().height() + 14)
    field.setTextMargins(6, 0, 6, 0)
    return field

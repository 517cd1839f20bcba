"""The one place that makes labels: always plain text, never markup.

Whatever comes from the network or a file may be on the screen; a label from here shows it
inert (`trustmgr.text.inert`), line by line, and can never be talked into rich text.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QLabel, QMenu, QMessageBox, QSizePolicy, QWidget

from trustmgr.text import inert
from ui.breaks import breakable, copy_selection, keep_selection, unbroken

#: Characters of one line, and lines of one label, that are shown at most.
_LINE, _LINES = 2000, 200
#: Height of a line at the usual text size, in pixels: 14 to 18, as the system's font has it.
_USUAL_HEIGHT = 18


class Size(Enum):
    """Text sizes, as factors of the application's font so that font scaling holds."""

    SMALL = 0.92
    BODY = 1.0
    LARGE = 1.15
    TITLE = 1.45
    DISPLAY = 1.75


def keys(portable: str) -> str:
    """The keys of a shortcut as this system writes them: Qt's Ctrl is the Command key of a Mac."""
    return QKeySequence(portable).toString(QKeySequence.SequenceFormat.NativeText)


def standard_keys(key: QKeySequence.StandardKey) -> str:
    """The keys that this system has for what programs have in common, as it writes them."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def shown(text: str) -> str:
    """`text` as it may stand on the screen: inert, with its line breaks."""
    lines = text.splitlines()
    kept = [inert(line.replace("\t", "    "), _LINE) for line in lines[:_LINES]]
    return "\n".join(kept) + ("\n…" if len(lines) > _LINES else "")


def caption(text: str) -> str:
    """`text` for a button or a menu, where ``&`` would mark a key."""
    return shown(text).replace("&", "&&").replace("\n", " ")


class PlainLabel(QLabel):
    """A label that shows inert plain text, whatever it is given. Long words wrap, too."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show `text`, inert."""
        super().setText(breakable(shown(text)))

    def text(self) -> str:
        """As it is shown, without the places where a long word may break."""
        return unbroken(super().text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copying gives the words as they are."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """What is selected."""
        copy_selection(self.selectedText())

    def selectAll(self) -> None:
        """All of its words, where words can be selected."""
        if self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            self.setSelection(0, len(super().text()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """What is selected can be pasted with the middle button where that is usual."""
        super().mouseReleaseEvent(event)
        if self.hasSelectedText():
            keep_selection(self.selectedText())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy, for what is selected."""
        if not self.hasSelectedText():
            event.ignore()
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Copy").triggered.connect(self.copy)
        menu.popup(event.globalPos())


def label(
    text: str = "",
    *,
    size: Size = Size.BODY,
    bold: bool = False,
    wrap: bool = True,
    selectable: bool = False,
    mono: bool = False,
) -> PlainLabel:
    """A plain label. `selectable`: by mouse and by keyboard, for copying."""
    made = PlainLabel(text)
    made.setFont(font(size, bold=bold, mono=mono))
    if wrap:
        _wrap(made)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def mnemonic_label(text: str, buddy: QWidget) -> QLabel:
    """A label in our own words whose ``&`` key moves to `buddy`."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setBuddy(buddy)
    _wrap(made)
    return made


def _wrap(made: QLabel) -> None:
    """Have its text break into as many lines as it needs."""
    made.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)


def font(size: Size = Size.BODY, *, bold: bool = False, mono: bool = False) -> QFont:
    """The application's font in this size, or its fixed-width companion."""
    base = QFont()
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont) if mono else QFont()
    if base.pointSizeF() > 0:
        made.setPointSizeF(base.pointSizeF() * size.value)
    else:
        made.setPixelSize(round(base.pixelSize() * size.value))
    made.setBold(bold)
    return made


def grown(pixels: int) -> int:
    """`pixels`, made for text of the usual size, and more where the user's text is larger."""
    return max(pixels, round(pixels * QFontMetrics(QFont()).height() / _USUAL_HEIGHT))


def message_box(parent: QWidget | None, title: str, text: str, more: str = "") -> QMessageBox:
    """A message box in plain text, not yet shown."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(title)
    box.setText(shown(text))
    # The informative text follows `mightBeRichText`, not the format: it must not begin as markup.
    box.setInformativeText("")
    if more:
        box.setText(f"{shown(text)}\n\n{shown(more)}")
    return box

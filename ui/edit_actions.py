"""The Edit menu's verbs, done by whatever holds the keyboard: a field, words, or a table."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

#: What needs selected words first.
_ON_SELECTION = ("cut", "copy")


def can_edit(verb: str) -> bool:
    """Whether the widget with the keyboard can do it now. `verb`: a slot of Qt's editors."""
    widget = QApplication.focusWidget()
    if widget is None or not hasattr(widget, verb):
        return False
    return verb not in _ON_SELECTION or _has_selection(widget)


def edit(verb: str) -> None:
    """Have the widget with the keyboard do it."""
    getattr(QApplication.focusWidget(), verb)()


def _has_selection(widget: QWidget) -> bool:
    if isinstance(widget, (QLineEdit, QLabel)):
        return widget.hasSelectedText()
    return not isinstance(widget, QPlainTextEdit) or widget.textCursor().hasSelection()

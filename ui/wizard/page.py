"""What every page of the wizard can do."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.wizard.flow import Flow

#: Where `Page.go` leads to forget everything and begin anew.
START_OVER = "start-over"


class Stage(IntEnum):
    """The steps that the bar on top shows; several pages may share one."""

    SYMPTOM = 0
    LOOKING = 1
    FINDINGS = 2
    REMEDIES = 3
    REVIEW = 4
    DOING = 5
    PROOF = 6
    DONE = 7


class Page(QWidget):
    """One page. `title` and `stage` are fixed for each class; `name` is its place in the table."""

    title = ""
    stage = Stage.SYMPTOM
    #: Back never returns to a page that is only passed through.
    transient = False
    #: Leading on from here, something was changed: Back returns to nothing before it (undo does).
    commits = False
    changed = Signal()  # the buttons have to be looked at again
    go = Signal(str)  # to another page, by name

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.flow = Flow()

    def enter(self) -> None:
        """The page comes to the front; `self.flow` is the current one."""

    def leave(self) -> None:
        """The page goes away, forward or back: stop what runs for it alone."""

    def next_text(self) -> str:
        """The label of the button that leads on; empty hides it."""
        return "&Next"

    def can_next(self) -> bool:
        """Whether the button that leads on can be pressed."""
        return True

    def can_back(self) -> bool:
        """Whether Back can be pressed."""
        return True

    def can_cancel(self) -> bool:
        """Whether Cancel is offered."""
        return True

    def advance(self) -> None:
        """The button that leads on was pressed."""

    def cancel(self) -> bool:
        """Cancel was pressed. True when the page deals with it itself."""
        return False

    def first_focus(self) -> QWidget | None:
        """Where the keyboard should be."""
        return None

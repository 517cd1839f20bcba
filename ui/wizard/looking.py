"""Looking at the site: progress lines, and Cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from ui.context import Context
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, Scroll, clear, row
from ui.style.tones import Tone
from ui.text import label
from ui.wizard.failure import failure_card
from ui.wizard.page import Page, Stage
from ui.wizard.password_card import PasswordCard

if TYPE_CHECKING:
    from trustmgr.progress import Progress
    from trustmgr.report import Report
    from trustmgr.target import Target
    from ui.tasks import Task


class LookingPage(Page):
    """Passed through on the way to what was found."""

    title = "Looking"
    stage = Stage.LOOKING
    transient = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._task: Task | None = None
        self.failed = False
        self._scroll = Scroll("Progress")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self.bar = QProgressBar()
        self._lines = Card()

    def enter(self) -> None:
        """Begin."""
        self._look(None)

    def _look(self, password: str | None) -> None:
        self.failed = False
        body = self._scroll.body
        clear(body)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Looking")
        self._lines = Card()
        pasted = self.flow.pasted
        body.addWidget(label(f"Looking at {'the certificate' if pasted else self.flow.address}"))
        body.addWidget(self.bar)
        body.addWidget(self._lines)
        body.addWidget(QuietLabel("This changes nothing. Cancel stops it at once."))
        body.addStretch(1)
        self._said("Reading the address")
        address, service = self.flow.address, self.context.service

        def work(progress: Progress) -> tuple[Target, Report]:
            if pasted:
                return service.inspect_pasted(pasted, progress)
            target = service.target(address)
            return target, service.inspect(target, progress, password)

        self._task = self.context.runner.run(
            work, done=self._done, failed=self._failed, said=self._said
        )

    def leave(self) -> None:
        """Stop looking; nobody waits for the answer."""
        if self._task is not None:
            self._task.drop()
            self._task = None

    def _said(self, sentence: str) -> None:
        line = label(sentence)
        line.setAccessibleName(sentence)
        self._lines.body.addLayout(row(Mark(Tone.NOTE, 14), line, stretch=1))
        self.context.tell(sentence)

    def _done(self, answer: tuple[Target, Report]) -> None:
        self._task = None
        self.flow.target, self.flow.report = answer
        self.context.tell("")
        self.flow.forget_plan()
        self.flow.forget_change()
        self.flow.before, self.flow.before_stores = None, frozenset()
        self.go.emit("findings")

    def _failed(self, error: BaseException) -> None:
        self._task = None
        self.failed = True
        body = self._scroll.body
        clear(body)
        card = failure_card(error, self._again)
        body.addWidget(card)
        body.addStretch(1)
        self.changed.emit()
        if isinstance(card, PasswordCard):
            card.field.setFocus()

    def _again(self, password: str) -> None:
        self._look(password)
        self.changed.emit()

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """Only after a failure."""
        return "&Try again" if self.failed else ""

    def advance(self) -> None:
        """Once more."""
        self.enter()
        self.changed.emit()

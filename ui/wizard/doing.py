"""Doing it. A step that has begun is finished; between steps it can be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from ui.context import Context
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, Scroll, clear, row
from ui.style.tones import Tone
from ui.text import label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard
from ui.wizard.page import Page, Stage

if TYPE_CHECKING:
    from trustmgr.remedy.executor import Outcome
    from ui.tasks import Task


class DoingPage(Page):
    """Passed through on the way to the proof."""

    title = "Applying"
    stage = Stage.DOING
    transient = True
    commits = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._task: Task | None = None
        self._scroll = Scroll("Progress")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self._lines = Card()
        self._note = QuietLabel()

    def enter(self) -> None:
        """Wait until the programs were asked how they see the site before, then apply."""
        body = self._scroll.body
        clear(body)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName("Applying")
        self._lines = Card()
        self._note = QuietLabel(
            "A step that has begun is finished. Cancel stops before the next one."
        )
        body.addWidget(bar)
        body.addWidget(self._lines)
        body.addWidget(self._note)
        body.addStretch(1)
        if self.flow.before_task is not None:
            self._said("Asking the programs on this computer how they see the site now")
            self.flow.before_task.afterwards.append(self._apply)
        else:
            self._apply()

    def _apply(self) -> None:
        plan, confirmation = self.flow.plan, self.flow.confirmation
        if self._task is not None or plan is None or confirmation is None or not self._is_current():
            return
        service = self.context.service
        self._task = self.context.runner.run(
            lambda progress: service.engine.apply(plan, confirmation, progress),
            done=self._done,
            failed=self._failed,
            said=self._said,
            must_finish=True,
        )

    def _is_current(self) -> bool:
        return self.flow.outcome is None and not self.isHidden()

    def _said(self, sentence: str) -> None:
        self._lines.body.addLayout(row(Mark(Tone.NOTE, 14), label(sentence), stretch=1))
        self.context.tell(sentence)

    def _done(self, outcome: Outcome) -> None:
        self._task = None
        self.flow.outcome = outcome
        self.flow.messages = list(outcome.messages)
        target = self.flow.target
        self.go.emit("done" if target is None or target.is_file else "proof")

    def _failed(self, error: BaseException) -> None:
        self._task = None
        body = self._scroll.body
        clear(body)
        body.addWidget(TroubleCard(trouble(error)))
        body.addStretch(1)
        self.changed.emit()

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """Back leads to the review after a failure."""
        return ""

    def can_back(self) -> bool:
        """Not while a change is under way."""
        return self._task is None

    def cancel(self) -> bool:
        """Between steps; the engine rolls back what was done of this plan."""
        if self._task is None:
            return False
        self._task.cancel()
        self._note.setText("Stopping before the next step…")
        return True

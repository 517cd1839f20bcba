"""The end: what was done, undo, a report to save, and starting over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.context import Context
from ui.files import ask_report
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, Scroll, button, clear, copy_button, row
from ui.style.tones import Tone
from ui.text import Size, label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard
from ui.wizard.page import START_OVER, Page, Stage

if TYPE_CHECKING:
    from trustmgr.progress import Progress
    from trustmgr.remedy.executor import Outcome
    from ui.tasks import Task


class DonePage(Page):
    """Nothing is left running behind it."""

    title = "Done"
    stage = Stage.DONE

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._task: Task | None = None
        self._scroll = Scroll("Done")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self._answer = QVBoxLayout()
        self.undo_button: QPushButton | None = None

    def enter(self) -> None:
        """Say what was done, offer what can follow."""
        body = self._scroll.body
        clear(body)
        self.undo_button = None
        outcome = self.flow.outcome
        body.addWidget(self._changed(outcome) if outcome is not None else self._unchanged())
        remedy = self.flow.remedy
        if remedy is not None and remedy.message and outcome is None:
            body.addWidget(self._message(remedy.message))
        if self.flow.report is not None:
            body.addWidget(self._report())
        holder = QWidget()
        self._answer = QVBoxLayout(holder)
        self._answer.setContentsMargins(0, 0, 0, 0)
        body.addWidget(holder)
        body.addStretch(1)

    def _changed(self, outcome: Outcome) -> Card:
        undone = self.flow.undone
        card = Card(Tone.GOOD if outcome.changed and not undone else Tone.NOTE)
        words = "The change was made" if outcome.changed else "Nothing had to be changed"
        if undone:
            words = "The change was undone: everything is as it was before"
        sentence = label(words, bold=True, size=Size.LARGE)
        card.body.addLayout(row(Mark(card.tone, 28), sentence, stretch=1))
        for message in self.flow.messages:
            card.body.addWidget(label(message, selectable=True))
        if outcome.changed and not undone:
            self.undo_button = button("&Undo this change", self._undo)
            card.body.addLayout(
                row(self.undo_button, QuietLabel("History can undo it later, too."), stretch=1)
            )
        return card

    def _unchanged(self) -> Card:
        card = Card(Tone.NOTE)
        sentence = label("Nothing was changed on this computer", bold=True, size=Size.LARGE)
        card.body.addLayout(row(Mark(Tone.NOTE, 28), sentence, stretch=1))
        if self.flow.remedy is not None:
            card.body.addWidget(label(self.flow.remedy.title, bold=True))
            card.body.addWidget(label(self.flow.remedy.detail, selectable=True))
        return card

    def _message(self, message: str) -> Card:
        card = Card()
        card.body.addWidget(label("What to tell them", bold=True))
        card.body.addWidget(label(message, selectable=True))
        card.body.addLayout(row(copy_button(lambda: message, "the message")))
        return card

    def _report(self) -> Card:
        card = Card()
        card.body.addWidget(label("Keep a report", bold=True))
        card.body.addWidget(
            label(
                "A text file for people and a JSON file for programs, with everything that was "
                "found. They hold no secrets; the site's address and certificates are in them."
            )
        )
        card.body.addLayout(row(button("&Save a report…", self._choose)))
        return card

    # -- undo --------------------------------------------------------------------------------

    def _undo(self) -> None:
        outcome = self.flow.outcome
        if outcome is None or self.undo_button is None or self._task is not None:
            return
        self._scroll.setFocus()  # a button that cannot be pressed loses the keyboard to the sidebar
        self.undo_button.setEnabled(False)
        service = self.context.service
        changes = tuple(reversed(outcome.changes))

        def work(progress: Progress) -> list[str]:
            messages: list[str] = []
            for change in changes:
                messages += service.engine.undo(change, progress).messages
            return messages

        self._task = self.context.runner.run(
            work, done=self._undone, failed=self._failed, must_finish=True
        )
        self.changed.emit()

    def _undone(self, messages: list[str]) -> None:
        self._task = None
        self.flow.after = None  # going back to the proof asks again
        self.flow.messages += messages
        self.flow.undone = True
        self.enter()
        self.changed.emit()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        clear(self._answer)
        self._answer.addWidget(TroubleCard(trouble(error)))
        if self.undo_button is not None:
            self.undo_button.setEnabled(True)
        self.changed.emit()

    # -- report ------------------------------------------------------------------------------

    def _choose(self) -> None:
        ask_report(self, self.save_report)

    def save_report(self, path: Path) -> None:
        """Write `path` and, beside it, the same name ending in .json."""
        from ui.report_files import save

        flow = self.flow
        self._task = self.context.runner.run(
            lambda progress: save(path, flow), done=self._saved, failed=self._failed
        )

    def _saved(self, paths: tuple[Path, ...]) -> None:
        self._task = None
        self._say("The report was saved", [str(path) for path in paths], Tone.GOOD)

    def _say(self, words: str, lines: list[str], tone: Tone) -> None:
        clear(self._answer)
        card = Card(tone)
        card.body.addLayout(row(Mark(tone), label(words, bold=True), stretch=1))
        for line in lines:
            card.body.addWidget(label(line, selectable=True))
        card.setAccessibleName(words)
        self._answer.addWidget(card)

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """Begin anew."""
        return "S&tart over"

    def can_next(self) -> bool:
        """Not while undoing."""
        return self._task is None

    def can_back(self) -> bool:
        """Not while undoing."""
        return self._task is None

    def can_cancel(self) -> bool:
        """There is nothing left to cancel."""
        return False

    def advance(self) -> None:
        """Begin anew."""
        self.go.emit(START_OVER)

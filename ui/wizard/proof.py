"""Proof: which real programs accept the site, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QProgressBar, QVBoxLayout, QWidget

from ui.context import Context
from ui.style.cards import Card, Mark
from ui.style.controls import Line, QuietLabel, Scroll, clear, row
from ui.style.tones import Tone
from ui.text import Size, label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard
from ui.wizard.page import Page, Stage
from ui.wizard.words import ACCEPTS

if TYPE_CHECKING:
    from trustmgr.clients.base import ClientResult
    from ui.tasks import Task


class ProofPage(Page):
    """Each program tries in its own process."""

    title = "Proof: do real programs accept the site?"
    stage = Stage.PROOF

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._task: Task | None = None
        self._scroll = Scroll("Proof")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def enter(self) -> None:
        """Ask them, unless they were asked already."""
        if self.flow.after is not None:
            self._show(self.flow.after)
            return
        body = self._scroll.body
        clear(body)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName("Asking programs")
        body.addWidget(label("Programs on this computer try the site, each in its own process."))
        body.addWidget(bar)
        body.addStretch(1)
        service, target = self.context.service, self.flow.target
        if target is None:
            return
        self._task = self.context.runner.run(
            lambda progress: service.verify(target, progress, self.flow.stores),
            done=self._done,
            failed=self._failed,
            said=self.context.tell,
        )

    def leave(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.drop()
            self._task = None

    def _done(self, results: tuple[ClientResult, ...]) -> None:
        self._task = None
        self.flow.after = results
        self.context.tell("")
        self._show(results)
        self.changed.emit()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        body = self._scroll.body
        clear(body)
        body.addWidget(TroubleCard(trouble(error)))
        body.addStretch(1)
        self.changed.emit()

    def _show(self, results: Sequence[ClientResult]) -> None:
        body = self._scroll.body
        clear(body)
        body.addWidget(_summary(results))
        body.addWidget(results_table(self.flow.before, results))
        body.addWidget(
            QuietLabel("Programs that are already running may have to be started again.")
        )
        body.addStretch(1)

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """On to the end; also when asking failed or takes too long."""
        return "&Next"

    def advance(self) -> None:
        """To the end."""
        self.go.emit("done")

    def can_cancel(self) -> bool:
        """While asking; a change that was made is not cancelled here but undone."""
        return self._task is not None or self.flow.outcome is None

    def cancel(self) -> bool:
        """After a change, stopping the question is not forgetting the change: on to the end."""
        if self.flow.outcome is None:
            return False
        self.go.emit("done")
        return True


def _summary(results: Sequence[ClientResult]) -> Card:
    asked = [r for r in results if r.accepts is not None]
    accepting = sum(bool(r.accepts) for r in asked)
    if not asked:
        words, tone = "No program on this computer could be asked.", Tone.WARN
    elif accepting == len(asked):
        words = (
            "The program that was asked accepts the site."
            if accepting == 1
            else f"All {accepting} programs that were asked accept the site."
        )
        tone = Tone.GOOD
    elif accepting:
        words, tone = f"{accepting} of {len(asked)} programs accept the site.", Tone.WARN
    else:
        words, tone = "No program accepts the site.", Tone.BAD
    card = Card(tone)
    sentence = label(words, bold=True, size=Size.LARGE, selectable=True)
    card.body.addLayout(row(Mark(tone, 28), sentence, stretch=1))
    card.setAccessibleName(words)
    return card


def results_table(before: Sequence[ClientResult] | None, after: Sequence[ClientResult]) -> QWidget:
    """One row for each program; `before` is None when nothing was changed."""
    earlier = {result.id: result for result in before or ()}
    card = Card()
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(8)
    heads = ["Program", "Trust store it reads", *(["Before"] if earlier else []), "Now", "It says"]
    for column, head in enumerate(heads):
        grid.addWidget(label(head, bold=True, wrap=column == 1), 0, column)
    for number, result in enumerate(after):
        line = 2 * number + 2
        grid.addWidget(Line(), line - 1, 0, 1, len(heads))
        _fill(grid, line, result, earlier)
    grid.setColumnStretch(1, 2)
    grid.setColumnStretch(len(heads) - 1, 3)
    card.body.addLayout(grid)
    return card


def _fill(
    grid: QGridLayout, line: int, result: ClientResult, earlier: dict[str, ClientResult]
) -> None:
    top = Qt.AlignmentFlag.AlignTop
    grid.addWidget(label(result.title, selectable=True, wrap=False), line, 0, top)
    grid.addWidget(label(result.store, selectable=True), line, 1, top)
    column = 2
    if earlier:
        known = earlier.get(result.id)
        grid.addWidget(_answer(known.accepts if known else None), line, column, top)
        column += 1
    grid.addWidget(_answer(result.accepts), line, column, top)
    grid.addWidget(label(result.message, selectable=True), line, column + 1, top)


def _answer(accepts: bool | None) -> QWidget:
    word, tone = ACCEPTS[accepts]
    holder = QWidget()
    words = label(word, wrap=False)
    line = row(Mark(tone, 16), words)
    line.setContentsMargins(0, 0, 0, 0)
    holder.setLayout(line)
    holder.setAccessibleName(word)
    return holder

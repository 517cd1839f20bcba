"""Earlier changes that no longer hold: each is named, and can be done again after a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.stores.wishes import Wish, again
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, button, clear, row
from ui.style.sheet import Sheet, Standard, present
from ui.style.tones import Tone
from ui.text import Size, label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trustmgr.progress import Progress
    from trustmgr.remedy.drift import Drift


class DriftDialog(Sheet):
    """Shows what was found; after each change it looks again."""

    def __init__(
        self, context: Context, found: Sequence[Drift], parent: QWidget | None = None
    ) -> None:
        super().__init__("What no longer holds", QSize(720, 520), parent)
        self.context = context
        self.add_standard(Standard.Close)
        self._show(found)

    def _show(self, found: Sequence[Drift]) -> None:
        self._task = None
        body = self.page.body
        clear(body)
        heading = "Earlier changes that no longer hold" if found else "Everything holds again"
        body.addWidget(label(heading, bold=True, size=Size.TITLE))
        if found:
            body.addWidget(
                QuietLabel(
                    "Updates of the system, a browser or Java can undo what was set up here, or bring "
                    "a store that does not have it yet."
                )
            )
        for one in found:
            body.addWidget(self._card(one))
        body.addStretch(1)

    def _card(self, one: Drift) -> Card:
        tone = Tone.WARN if one.certain else Tone.NOTE
        card = Card(tone)
        card.body.addLayout(row(Mark(tone), label(one.reason, selectable=True), stretch=1))
        when = f"{one.change.at.astimezone():%Y-%m-%d}"
        card.body.addWidget(QuietLabel(f"Change {one.change.id} of {when}", Size.SMALL))
        if one.newcomer:
            there = button("Do it there, too…", lambda: self._review(again(one)))
            card.body.addLayout(row(there, button("Leave it out", lambda: self._leave_out(one))))
        elif one.certain:
            card.body.addLayout(row(button("Do it again…", lambda: self._review(again(one)))))
        return card

    def _leave_out(self, one: Drift) -> None:
        service = self.context.service

        def leave_out(_: Progress) -> tuple[Drift, ...]:
            for store in one.stores:
                service.engine.leave_out([one], store)
            return service.engine.check()

        self._task = self.context.runner.run(leave_out, done=self._show, failed=self._failed)

    def _review(self, wish: Wish) -> None:
        from ui.stores.change_dialog import ChangeDialog

        dialog = ChangeDialog(self.context, wish, self)
        dialog.changed.connect(self._look_again)
        present(dialog)

    def _look_again(self) -> None:
        service = self.context.service
        self._task = self.context.runner.run(
            lambda progress: service.engine.check(), done=self._show, failed=self._failed
        )

    def _failed(self, error: BaseException) -> None:
        self._task = None
        clear(self.page.body)
        self.page.body.addWidget(TroubleCard(trouble(error)))
        self.page.body.addStretch(1)

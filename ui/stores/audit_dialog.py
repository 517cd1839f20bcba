"""The audit: what in the stores and in tools' settings needs attention, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, button, clear, copy_button, row
from ui.style.sheet import Role, Sheet, Standard, present
from ui.style.tones import Tone
from ui.text import Size, label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard

if TYPE_CHECKING:
    from trustmgr.audit import Audit, Observation

_TONES = {"danger": Tone.BAD, "warning": Tone.WARN, "notice": Tone.NOTE}
#: More cards than anybody reads; the command line has them all.
_MOST = 200


class AuditDialog(Sheet):
    """`changed` when something was removed from here."""

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("Audit", QSize(760, 640), parent)
        self.context = context
        note = QuietLabel("Looking changes nothing.")
        note.setWordWrap(False)
        self.foot.insertWidget(0, note, 1)
        self.again_button = button("&Look again", self.refresh)
        self.buttons.addButton(self.again_button, Role.ActionRole)
        self.add_standard(Standard.Close)
        self.refresh()

    def refresh(self) -> None:
        """Look, in the background."""
        if self._task is not None:
            self._task.drop()
        clear(self.page.body)
        self.page.body.addWidget(QuietLabel("Looking…"))
        service = self.context.service
        self._task = self.context.runner.run(
            lambda progress: service.engine.audit((), progress),
            done=self._seen,
            failed=self._failed,
            said=self.context.tell,
        )

    def _seen(self, found: Audit) -> None:
        self._task = None
        self.context.tell("")
        body = self.page.body
        clear(body)
        attention = sum(one.needs_attention for one in found.observations)
        words = {0: "Nothing needs attention", 1: "One thing needs attention"}
        heading = words.get(attention, f"{attention} things need attention")
        body.addWidget(label(heading, bold=True, size=Size.TITLE))
        for store, reason in {**found.unavailable, **found.unreadable}.items():
            body.addWidget(_card(Tone.WARN, f"{store} cannot be read", reason))
        for one in found.observations[:_MOST]:
            body.addWidget(self._observation(one))
        if len(found.observations) > _MOST:
            more = len(found.observations) - _MOST
            body.addWidget(label(f"{more} more: `trustmgr audit` shows them all."))
        body.addStretch(1)

    def _observation(self, one: Observation) -> Card:
        card = _card(_TONES[one.weight.value], one.title, one.detail)
        for line in one.evidence:
            card.body.addWidget(QuietLabel(f"• {line}", Size.SMALL))
        if one.advice:
            card.body.addWidget(label(one.advice))
        for command in one.commands:
            words = label(command, mono=True, size=Size.SMALL, selectable=True)
            card.body.addLayout(row(words, _copying(command), stretch=0))
        if one.sha256:
            action = "Remove…" if one.added_in else "Distrust…"
            card.body.addLayout(row(button(action, lambda: self._review(one))))
        return card

    def _review(self, one: Observation) -> None:
        """The same review as from the list."""
        from ui.stores.change_dialog import ChangeDialog
        from ui.stores.wishes import distrust, remove

        wish = (
            remove(one.sha256, one.der, one.added_in, one.added_in)
            if one.added_in
            else distrust(one.sha256, one.der, one.stores, ())
        )
        dialog = ChangeDialog(self.context, wish, self)
        dialog.changed.connect(self.refresh)
        dialog.changed.connect(self.changed)
        present(dialog)

    def _failed(self, error: BaseException) -> None:
        self._task = None
        clear(self.page.body)
        self.page.body.addWidget(TroubleCard(trouble(error)))
        self.page.body.addStretch(1)


def _card(tone: Tone, title: str, detail: str) -> Card:
    card = Card(tone)
    card.body.addLayout(row(Mark(tone), label(title, bold=True), stretch=1))
    card.body.addWidget(label(detail, selectable=True))
    card.setAccessibleName(title)
    return card


def _copying(command: str) -> QWidget:
    return copy_button(lambda: command, "the command")

"""Changing one certificate in one or several stores: everything that would happen is shown first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.context import Context
from ui.stores.wishes import Wish, setting
from ui.style.choices import CheckBox
from ui.style.controls import PrimaryButton, QuietLabel, button, clear
from ui.style.sheet import Role, Sheet, present
from ui.text import Size, label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard
from ui.wizard.confirm import ConfirmBox
from ui.wizard.plan_view import certificate_card, steps_card, warnings_card
from ui.wizard.store_choice import StoreChoice, StoreLine, store_lines

if TYPE_CHECKING:
    from trustmgr.plan import Confirmation, Plan
    from trustmgr.progress import Progress
    from trustmgr.remedy.executor import Outcome


def review_setting(context: Context, name: str, title: str, parent: QWidget) -> None:
    """Show what a setting of this computer would change, over the page that offers it."""
    present(ChangeDialog(context, setting(name, title), parent))


class ChangeDialog(Sheet):
    """`changed` when it was done. One plan, one confirmation, one undo."""

    changed = Signal()

    def __init__(self, context: Context, wish: Wish, parent: QWidget | None = None) -> None:
        super().__init__(wish.title, QSize(720, 620), parent)
        self.context, self._wish = context, wish
        self._changing = False
        self.plan: Plan | None = None
        self.stores: StoreChoice | None = None
        self.confirm: ConfirmBox | None = None
        self._preview = QVBoxLayout()
        self.sure = CheckBox("I &know what relies on this and want it changed")
        self.sure.setAccessibleName("I know what relies on this and want it changed")
        self.sure.setVisible(not wish.gains)
        self.sure.toggled.connect(self._buttons)
        self.keep_going = CheckBox("If one store &fails, leave the others changed")
        self.keep_going.setAccessibleName("If one store fails, leave the others changed")
        self.keep_going.setVisible(False)
        self.cancel_button = button("Cancel")
        self.apply_button = PrimaryButton(wish.button)
        self.apply_button.clicked.connect(self.apply)
        self._lay_out()
        self._make_plan(tuple(wish.picked))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.addWidget(self.keep_going)
        words.addWidget(self.sure)
        self.foot.insertLayout(0, words)
        self.buttons.addButton(self.cancel_button, Role.RejectRole)
        self.buttons.addButton(self.apply_button, Role.AcceptRole)
        self.page.body.addWidget(QuietLabel("Planning…"))

    # -- the plan ----------------------------------------------------------------------------

    def _make_plan(self, stores: tuple[str, ...]) -> None:
        if self._task is not None:
            self._task.drop()
        self.plan = None
        service, wish, first = self.context.service, self._wish, self.stores is None

        def work(progress: Progress) -> tuple[Plan, list[StoreLine]]:
            engine = service.engine
            lines = store_lines(engine.stores()) if first else []
            offered = [line for line in lines if not wish.offered or line.id in wish.offered]
            return wish.plan(engine, stores), offered

        self._task = self.context.runner.run(work, done=self._planned, failed=self._failed)
        self._buttons()

    def _planned(self, answer: tuple[Plan, list[StoreLine]]) -> None:
        self._task = None
        self.plan, lines = answer
        if self.stores is None:
            self._build(self.plan, lines)
        clear(self._preview)
        if self.plan.warnings:
            self._preview.addWidget(warnings_card(self.plan.warnings))
        if self.plan.steps:
            self._preview.addWidget(steps_card(self.plan))
        else:
            self._preview.addWidget(label("Nothing has to be changed."))
        self._buttons()

    def _build(self, plan: Plan, lines: list[StoreLine]) -> None:
        body = self.page.body
        clear(body)
        body.addWidget(label(self._wish.heading, bold=True, size=Size.LARGE))
        self._show_certificate()
        self.stores = StoreChoice(lines, {step.store for step in plan.steps})
        self.stores.changed.connect(self._stores_changed)
        self.stores.setVisible(len(lines) > 1)
        body.addWidget(self.stores)
        holder = QWidget()
        self._preview = QVBoxLayout(holder)
        self._preview.setContentsMargins(0, 0, 0, 0)
        body.addWidget(holder)
        if self._wish.gains:
            self.confirm = ConfirmBox(plan, (self._wish.der,), "")
            self.confirm.changed.connect(self._buttons)
            body.addWidget(self.confirm)
        body.addStretch(1)

    def _stores_changed(self) -> None:
        chosen = self.stores.chosen() if self.stores is not None else ()
        if chosen:
            self._make_plan(chosen)
            return
        if self._task is not None:
            self._task.drop()
            self._task = None
        self.plan = None
        clear(self._preview)
        self._preview.addWidget(QuietLabel("Choose at least one store."))
        self._buttons()

    def _show_certificate(self) -> None:
        from trustmgr.certificate import Certificate, Source

        if not self._wish.der:  # a setting
            return
        try:
            certificate = Certificate(self._wish.der, Source.STORE)
        except ValueError:  # an entry that does not parse can be removed, too
            self.page.body.addWidget(label(f"SHA-256 {self._wish.sha256}", mono=True))
        else:
            self.page.body.addWidget(certificate_card(certificate))

    def _failed(self, error: BaseException) -> None:
        self._task, self._changing, self.plan = None, False, None
        where = self._preview if self.stores is not None else self.page.body
        clear(where)
        where.addWidget(TroubleCard(trouble(error)))
        if self.stores is None:
            where.addStretch(1)
        self._buttons()

    # -- doing it ----------------------------------------------------------------------------

    def _buttons(self) -> None:
        ready = self.plan is not None and bool(self.plan.steps) and self._task is None
        word = self.confirm.confirmed if self.confirm is not None else self.sure.isChecked()
        several = self.plan is not None and len({step.store for step in self.plan.steps}) > 1
        self.keep_going.setVisible(several)
        self.sure.setEnabled(ready)
        self.apply_button.setEnabled(ready and word)
        self.cancel_button.setEnabled(not self._changing)

    def _word(self) -> Confirmation:
        from trustmgr.plan import Confirmation

        if self.confirm is not None:
            return self.confirm.confirmation()
        return Confirmation(self._wish.sha256, consent=True)

    def apply(self) -> None:
        """Do it."""
        if self.plan is None or not self.apply_button.isEnabled():
            return
        service, word = self.context.service, self._word()
        plan = replace(self.plan, keep_going=self.keep_going.isChecked())
        self._changing = True
        self._task = self.context.runner.run(
            lambda progress: service.engine.apply(plan, word, progress),
            done=self._done,
            failed=self._failed,
            must_finish=True,
        )
        self._buttons()

    def _done(self, outcome: Outcome) -> None:
        self._task, self._changing = None, False
        self.context.tell("; ".join(outcome.messages) or "Done.")
        self.changed.emit()
        if not outcome.failures:
            self.accept()
            return
        self.plan = None
        self._buttons()
        clear(self._preview)
        self._preview.addWidget(label("The other stores were changed.", bold=True))
        self._preview.addWidget(warnings_card(outcome.failures))
        self.cancel_button.setText("Close")

    def reject(self) -> None:
        """Leave, unless a change is under way."""
        if not self._changing:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """As `reject`."""
        if self._changing:
            event.ignore()
        else:
            super().closeEvent(event)

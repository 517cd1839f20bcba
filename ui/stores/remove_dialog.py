"""Removing an entry: everything that would happen is shown before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.context import Context
from ui.style.controls import PrimaryButton, QuietLabel, Scroll, button, clear
from ui.text import Size, label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard
from ui.wizard.plan_view import certificate_card, steps_card, warnings_card

if TYPE_CHECKING:
    from trustmgr.plan import Plan
    from trustmgr.remedy.executor import Outcome
    from ui.stores.rows import Row
    from ui.tasks import Task


class RemoveDialog(QDialog):
    """`removed` when it was done."""

    removed = Signal()

    def __init__(self, context: Context, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Remove a certificate")
        self.resize(720, 600)
        self.context, self._row = context, row
        self._task: Task | None = None
        self._changing = False
        self.plan: Plan | None = None
        self._page = Scroll("Review of the removal")
        self.sure = QCheckBox("I &know what relies on this and want it removed")
        self.sure.setAccessibleName("I know what relies on this and want it removed")
        self.sure.toggled.connect(self._buttons)
        self.cancel_button = button("Cancel", self.reject)
        self.remove_button = PrimaryButton("&Remove")
        self.remove_button.clicked.connect(self.apply)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 0)
        foot.setSpacing(10)
        foot.addWidget(self.sure, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 12)
        column.addWidget(self._page, 1)
        column.addLayout(foot)
        self._make_plan()
        self._buttons()

    def _make_plan(self) -> None:
        service, found = self.context.service, self._row
        self._page.body.addWidget(QuietLabel("Planning…"))
        self._task = self.context.runner.run(
            lambda progress: service.engine.plan_remove(
                found.sha256, stores=(found.store_id,), force=True
            ),
            done=self._planned,
            failed=self._failed,
        )

    def _planned(self, plan: Plan) -> None:
        self._task, self.plan = None, plan
        body = self._page.body
        clear(body)
        body.addWidget(label("This would be removed", bold=True, size=Size.LARGE))
        self._show_certificate()
        if plan.warnings:
            body.addWidget(warnings_card(plan.warnings))
        if plan.steps:
            body.addWidget(steps_card(plan))
        else:
            body.addWidget(label("Nothing has to be changed."))
        body.addStretch(1)
        self._buttons()

    def _show_certificate(self) -> None:
        from trustmgr.certificate import Certificate, Source

        try:
            certificate = Certificate(self._row.der, Source.STORE)
        except ValueError:  # an entry that does not parse can be removed, too
            self._page.body.addWidget(label(f"SHA-256 {self._row.sha256}", mono=True))
        else:
            self._page.body.addWidget(certificate_card(certificate))

    def _failed(self, error: BaseException) -> None:
        self._task, self._changing, self.plan = None, False, None
        body = self._page.body
        clear(body)
        body.addWidget(TroubleCard(trouble(error)))
        body.addStretch(1)
        self._buttons()

    def _buttons(self) -> None:
        ready = self.plan is not None and bool(self.plan.steps) and self._task is None
        self.sure.setEnabled(ready)
        self.remove_button.setEnabled(ready and self.sure.isChecked())
        self.cancel_button.setEnabled(not self._changing)

    def apply(self) -> None:
        """Remove it."""
        if self.plan is None or self._task is not None or not self.sure.isChecked():
            return
        from trustmgr.plan import Confirmation

        service, plan, sha256 = self.context.service, self.plan, self._row.sha256
        self._changing = True
        self._task = self.context.runner.run(
            lambda progress: service.engine.apply(plan, Confirmation(sha256), progress),
            done=self._done,
            failed=self._failed,
            must_finish=True,
        )
        self._buttons()

    def _done(self, outcome: Outcome) -> None:
        self._task, self._changing = None, False
        self.context.tell("; ".join(outcome.messages) or "The certificate was removed.")
        self.removed.emit()
        self.accept()

    def reject(self) -> None:
        """Leave, unless a change is under way."""
        if self._changing:
            return
        if self._task is not None:
            self._task.drop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """As `reject`."""
        if self._changing:
            event.ignore()
        else:
            super().closeEvent(event)

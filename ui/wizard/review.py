"""Review: the exact certificate, the stores, every file and command, and the fingerprint.

Apply can be pressed only when the fingerprint that was typed is that of the certificate, or,
for a file that the user chose, when the user says that its source is trusted. The engine checks
again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.context import Context
from ui.files import ask_certificate
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, Scroll, button, clear, row
from ui.style.tones import Tone
from ui.text import Size, label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard
from ui.wizard.confirm import ConfirmBox
from ui.wizard.failure import failure_card
from ui.wizard.page import Page, Stage
from ui.wizard.password_card import PasswordCard
from ui.wizard.plan_view import certificate_card, steps_card, warnings_card
from ui.wizard.store_choice import StoreChoice, StoreLine, store_lines

if TYPE_CHECKING:
    from trustmgr.certificate import Certificate
    from trustmgr.clients.base import ClientResult
    from trustmgr.plan import Plan
    from trustmgr.progress import Progress
    from ui.tasks import Task

_NO_HELP = (
    "Nothing in this file has issued the certificate that the site shows: importing it will not make "
    "the site trusted. Ask your administrator whether it is the right file."
)


@dataclass(frozen=True)
class _Planned:
    """A plan, and what is shown with it. `read`: how many of the lines the program reads."""

    plan: Plan
    lines: list[StoreLine]
    read: int
    helps: bool
    everywhere: bool


class ReviewPage(Page):
    """Nothing happens here; everything that would happen is shown."""

    title = "Review before anything changes"
    stage = Stage.REVIEW

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._task: Task | None = None
        self._scroll = Scroll("Review")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self.stores: StoreChoice | None = None
        self.confirm: ConfirmBox | None = None
        self._preview = QVBoxLayout()
        self._planning = False
        self._helps = True

    # -- coming and going --------------------------------------------------------------------

    def enter(self) -> None:
        """Plan in the background; meanwhile ask the real programs how they see the site now."""
        self.stores, self.confirm = None, None
        self.flow.plan, self.flow.confirmation = None, None
        clear(self._scroll.body)
        if self.flow.certificates:
            self._make_plan(everywhere=self.flow.everywhere)
        else:
            self._ask_for_file()

    def leave(self) -> None:
        """Stop planning."""
        if self._task is not None:
            self._task.drop()
            self._task = None
        self._planning = False

    def _ask_programs(self) -> None:
        """How those see the site now who will be asked again afterwards; each is asked once."""
        flow, target, stores = self.flow, self.flow.target, set(self.flow.stores)
        if target is None or target.is_file or stores <= flow.before_stores:
            return
        if flow.before_task is not None:
            flow.before_task.drop()
        service, flow.before_stores = self.context.service, flow.before_stores | stores
        asked = sorted(flow.before_stores)

        def done(results: tuple[ClientResult, ...]) -> None:
            flow.before, flow.before_task = results, None

        def failed(error: BaseException) -> None:
            flow.before, flow.before_task = (), None

        flow.before_task = self.context.runner.run(
            lambda progress: service.verify(target, progress, asked),
            done=done,
            failed=failed,
        )

    # -- a file of the user's ----------------------------------------------------------------

    def _ask_for_file(self) -> None:
        card = Card(Tone.NOTE)
        card.body.addWidget(
            label(
                "Choose the certificate file that your administrator gave you (PEM, DER, PKCS#7)."
            )
        )
        buttons = row(button("Choose a fi&le…", self._choose_file))
        stage = self.context.stage
        if stage is not None:
            lab = button("&Use the lab's file", lambda: self.take_file(str(stage.ca_file)))
            buttons.insertWidget(1, lab)
        card.body.addLayout(buttons)
        self._scroll.body.addWidget(card)
        self._scroll.body.addStretch(1)
        self.changed.emit()

    def _choose_file(self) -> None:
        ask_certificate(self, self.take_file)

    def take_file(self, path: str, password: str | None = None) -> None:
        """Read the certificates of a file that the user named, then plan."""
        service = self.context.service
        if self._task is not None:
            self._task.drop()

        def done(certificates: tuple[bytes, ...]) -> None:
            self.flow.certificates, self.flow.named_file = certificates, path
            self._make_plan()

        self._task = self.context.runner.run(
            lambda progress: service.certificates_of(path, progress, password),
            done=done,
            failed=lambda error: self._unread(error, path),
        )

    def _unread(self, error: BaseException, path: str) -> None:
        self._task = None
        body = self._scroll.body
        clear(body)
        card = failure_card(error, lambda password: self.take_file(path, password))
        body.addWidget(card)
        self._ask_for_file()
        if isinstance(card, PasswordCard):
            card.field.setFocus()

    # -- the plan ----------------------------------------------------------------------------

    def _make_plan(self, stores: tuple[str, ...] = (), *, everywhere: bool = False) -> None:
        """For these stores; for none named, the first that the program of the message reads."""
        if self._task is not None:
            self._task.drop()
        self._planning = True
        self.changed.emit()
        service, flow = self.context.service, self.flow
        first = self.stores is None

        def work(progress: Progress) -> _Planned:
            engine = service.engine
            read = service.where(flow.explanation, flow.target) if first else ()
            plan = engine.plan_import(
                flow.certificates,
                stores=stores or tuple(one.id for one in read[:1]),
                from_network=not flow.named_file,
                everywhere=everywhere,
            )
            alone = service.for_site(flow.target) if first else ()
            lines = store_lines(engine.stores(), read, alone) if first else []
            helps = service.would_help(flow.certificates, flow.report)
            return _Planned(plan, lines, len(read), helps, everywhere)

        self._task = self.context.runner.run(work, done=self._planned, failed=self._failed)

    def _planned(self, made: _Planned) -> None:
        self._task, self._planning = None, False
        self.flow.plan, self._helps = made.plan, made.helps
        if self.stores is None:
            self._build(made)
        elif made.everywhere:
            self.stores.pick({step.store for step in made.plan.steps})
        self._show_preview(made.plan)
        self._ask_programs()
        self.changed.emit()

    def _failed(self, error: BaseException) -> None:
        self._task, self._planning = None, False
        self.flow.plan = None
        if self.stores is None:
            clear(self._scroll.body)
            self._scroll.body.addWidget(TroubleCard(trouble(error)))
            self._scroll.body.addStretch(1)
        else:
            clear(self._preview)
            self._preview.addWidget(TroubleCard(trouble(error)))
        self.changed.emit()

    def _build(self, made: _Planned) -> None:
        plan, explanation = made.plan, self.flow.explanation
        program = (explanation.client if explanation is not None else "") or ""
        body = self._scroll.body
        clear(body)
        body.addWidget(label("This would become trusted", bold=True, size=Size.LARGE))
        for certificate in self._certificates():
            body.addWidget(certificate_card(certificate))
        picked = {step.store for step in plan.steps}
        self.stores = StoreChoice(made.lines, picked, program, made.read)
        self.stores.changed.connect(self._stores_changed)
        self.stores.everything.connect(lambda: self._make_plan(everywhere=True))
        body.addWidget(self.stores)
        holder = QWidget()
        self._preview = QVBoxLayout(holder)
        self._preview.setContentsMargins(0, 0, 0, 0)
        body.addWidget(holder)
        self.confirm = ConfirmBox(plan, self.flow.certificates, self.flow.named_file)
        self.confirm.changed.connect(self.changed)
        body.addWidget(self.confirm)
        body.addStretch(1)
        self._scroll.verticalScrollBar().setValue(0)

    def _certificates(self) -> list[Certificate]:
        """As they are in the report's chain, or from the file."""
        from trustmgr.certificate import Certificate, Source

        report = self.flow.report
        known = {c.der: c for c in report.chain} if report else {}
        return [
            known[der]
            if der in known and not self.flow.named_file
            else Certificate(der, Source.FILE)
            for der in self.flow.certificates
        ]

    def _stores_changed(self) -> None:
        chosen = self.stores.chosen() if self.stores is not None else ()
        if chosen:
            self._make_plan(chosen)
            return
        self.leave()
        self.flow.plan = None
        clear(self._preview)
        self._preview.addWidget(QuietLabel("Choose at least one store."))
        self.changed.emit()

    def _show_preview(self, plan: Plan) -> None:
        clear(self._preview)
        warned = [*([_NO_HELP] if not self._helps else []), *plan.warnings]
        if warned:
            self._preview.addWidget(warnings_card(warned))
        if plan.steps:
            self._preview.addWidget(steps_card(plan))
        else:
            card = Card(Tone.GOOD)
            words = "Nothing has to be changed: it is trusted in these stores already."
            card.body.addLayout(row(Mark(Tone.GOOD), label(words), stretch=1))
            self._preview.addWidget(card)

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """Hidden while there is nothing to apply."""
        return "&Apply" if self.confirm is not None else ""

    def can_next(self) -> bool:
        """A plan, and the user's word on the fingerprint."""
        plan, confirm = self.flow.plan, self.confirm
        ready = plan is not None and bool(plan.steps) and not self._planning
        return ready and confirm is not None and confirm.confirmed

    def advance(self) -> None:
        """Do it."""
        if self.can_next() and self.confirm is not None:
            self.flow.confirmation = self.confirm.confirmation()
            self.go.emit("doing")

    def first_focus(self) -> QWidget | None:
        """The top: the fingerprint comes last, after everything was seen."""
        return self._scroll

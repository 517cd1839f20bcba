"""What can be done: narrowest and safest first, each with its risk and who must do it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QPlainTextEdit, QRadioButton, QVBoxLayout, QWidget

from ui.context import Context
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, Scroll, button, clear, copy_button, row
from ui.text import caption, font, label, shown
from ui.wizard.page import Page, Stage
from ui.wizard.words import DONE_BY, RISK

if TYPE_CHECKING:
    from trustmgr.findings import Finding, Remedy
    from trustmgr.report import Report
    from ui.service import Service

_RISKS = ("none", "low", "high")


class RemedyCard(Card):
    """One remedy, chosen with its round button."""

    def __init__(self, remedy: Remedy, service: Service | None = None) -> None:
        super().__init__()
        self.remedy = remedy
        self._service = service
        self.choice = QRadioButton(caption(remedy.title))
        choice_font = font(bold=True)
        self.choice.setFont(choice_font)
        risk, tone = RISK[str(remedy.risk)]
        text = f"{risk}: {remedy.risk_text}" if remedy.risk_text else risk
        who = DONE_BY.get(str(remedy.fix_by), "")
        self.choice.setAccessibleName(f"{shown(remedy.title)}. {who}. {shown(text)}")
        self.body.addWidget(self.choice)
        inside = QVBoxLayout()
        inside.setContentsMargins(26, 0, 0, 0)
        inside.setSpacing(6)
        inside.addWidget(label(remedy.detail, selectable=True))
        inside.addWidget(QuietLabel(who))
        if str(remedy.risk) != "none" or remedy.risk_text:
            inside.addLayout(row(Mark(tone, 16), label(text), stretch=1))
        if remedy.action == "set-clock":
            self._clock(inside)
        if remedy.message:
            self._message(inside, remedy.message)
        self.body.addLayout(inside)

    def _clock(self, inside: QVBoxLayout) -> None:
        """A button that shows the system's own page; without one, the command."""
        self.settings = button("Open date and time settin&gs", self._open_settings)
        self._command = label("", selectable=True)
        self._command.hide()
        inside.addLayout(row(self.settings))
        inside.addWidget(self._command)

    def _open_settings(self) -> None:
        if self._service is None or self._service.engine.open_clock_settings():
            return
        command = self._service.engine.clock_command()
        self._command.setText(shown(f"There is no such page here. In a terminal: {command}"))
        self._command.show()

    def _message(self, inside: QVBoxLayout, message: str) -> None:
        """What to tell the owner or administrator, ready to copy."""
        field = QPlainTextEdit(shown(message))
        field.setReadOnly(True)
        field.setTabChangesFocus(True)
        field.setAccessibleName("Message to copy")
        lines = min(9, max(4, shown(message).count("\n") + len(message) // 70 + 2))
        field.setFixedHeight(QFontMetrics(field.font()).lineSpacing() * lines + 14)
        inside.addWidget(label("What to tell them:"))
        inside.addWidget(field)
        inside.addLayout(row(copy_button(field.toPlainText, "the message")))


class RemediesPage(Page):
    """The list."""

    title = "What can be done"
    stage = Stage.REMEDIES

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._scroll = Scroll("What can be done")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self._group = QButtonGroup(self)
        self.cards: list[RemedyCard] = []
        self._shown: Report | None = None

    def enter(self) -> None:
        """Build from the findings; coming back keeps the choice."""
        report = self.flow.report
        if report is None or report is self._shown:
            return
        self._shown = report
        body = self._scroll.body
        clear(body)
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self.changed)
        self.cards = [
            RemedyCard(remedy, self.context.service) for remedy in ordered(report.findings)
        ]
        body.addWidget(QuietLabel("The narrowest and safest way comes first."))
        for card in self.cards:
            self._group.addButton(card.choice)
            body.addWidget(card)
        body.addStretch(1)
        if self.cards:
            self.cards[0].choice.setChecked(True)

    @property
    def chosen(self) -> Remedy | None:
        """The remedy that is picked."""
        return next((c.remedy for c in self.cards if c.choice.isChecked()), None)

    def choose(self, index: int) -> None:
        """Pick one."""
        self.cards[index].choice.setChecked(True)

    def _doable(self) -> bool:
        remedy = self.chosen
        if remedy is None or self.flow.report is None:
            return False
        if remedy.action == "import-certificate":
            return _in_chain(remedy, self.flow.report) is not None
        return remedy.action == "import-file"

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """Review what the program can do; the rest is for others to do."""
        return "&Review it" if self._doable() else "&Finish"

    def advance(self) -> None:
        """On, with the chosen remedy."""
        self.flow.remedy = self.chosen
        self.flow.forget_plan()
        self.flow.forget_change()
        if not self._doable() or self.chosen is None or self.flow.report is None:
            self.go.emit("done")
            return
        found = _in_chain(self.chosen, self.flow.report)
        if self.chosen.action == "import-certificate" and found is not None:
            self.flow.certificates = (found,)
        self.go.emit("review")

    def first_focus(self) -> QWidget | None:
        """The chosen one."""
        return next((c.choice for c in self.cards if c.choice.isChecked()), None)


def ordered(findings: Iterable[Finding]) -> list[Remedy]:
    """Every remedy once, by risk; within the same risk in the engine's order."""
    seen: dict[tuple[str, str | None], Remedy] = {}
    for finding in findings:
        for remedy in finding.remedies:
            seen.setdefault((remedy.id, remedy.certificate), remedy)
    return sorted(seen.values(), key=lambda remedy: _RISKS.index(str(remedy.risk)))


def _in_chain(remedy: Remedy, report: Report) -> bytes | None:
    wanted = (remedy.certificate or "").lower()
    return next((c.der for c in report.chain if c.sha256 == wanted), None)

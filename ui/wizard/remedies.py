"""What can be done: narrowest and safest first, each with its risk and who must do it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from ui.context import Context
from ui.style.controls import QuietLabel, Scroll, clear
from ui.text import label
from ui.wizard.page import Page, Stage
from ui.wizard.remedy_card import RemedyCard

if TYPE_CHECKING:
    from trustmgr.certificate import Certificate
    from trustmgr.findings import Finding, Remedy
    from trustmgr.report import Report

_RISKS = ("none", "low", "high")


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
        self.cards = []
        groups = grouped(report.findings)
        body.addWidget(QuietLabel("Choose one. The narrowest and safest way comes first."))
        for finding, remedies in groups:
            if len(groups) > 1:
                body.addWidget(label(finding.title, bold=True))
            for remedy in remedies:
                self._add(RemedyCard(remedy, self.context.service))
        body.addStretch(1)
        if groups:
            self.choose(usual(*groups[0]))
        self._scroll.verticalScrollBar().setValue(0)

    def _add(self, card: RemedyCard) -> None:
        self.cards.append(card)
        self._group.addButton(card.choice)
        self._scroll.body.addWidget(card)
        # Once the layout has made room for what unfolds.
        card.setting_wanted.connect(self._review_setting)
        card.chosen.connect(lambda: QTimer.singleShot(0, self, self._to_chosen))

    def _review_setting(self, name: str, title: str) -> None:
        from ui.stores.change_dialog import review_setting

        review_setting(self.context, name, title, self)

    def _to_chosen(self) -> None:
        card = next((c for c in self.cards if c.choice.isChecked()), None)
        if card is None:
            return
        self._scroll.body.activate()
        bar, top = self._scroll.verticalScrollBar(), card.y()
        if top < bar.value():
            bar.setValue(top)
        elif card.geometry().bottom() > bar.value() + self._scroll.viewport().height():
            overlap = card.geometry().bottom() - self._scroll.viewport().height()
            bar.setValue(min(top, overlap + 8))

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
        if remedy.of_certificate:
            return _in_chain(remedy, self.flow.report) is not None
        return remedy.action == "import-file"

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """Review what the program can do; the rest is for others to do."""
        return "&Review it" if self._doable() else "F&inish"

    def advance(self) -> None:
        """On, with the chosen remedy."""
        self.flow.remedy = self.chosen
        self.flow.forget_plan()
        self.flow.forget_change()
        if not self._doable() or self.chosen is None or self.flow.report is None:
            self.go.emit("done")
            return
        found = _in_chain(self.chosen, self.flow.report)
        if self.chosen.of_certificate and found is not None:
            self.flow.certificates = (found.der,)
            self.flow.everywhere = self.chosen.action == "import-everywhere"
            if str(found.source) == "file":  # the user named it; it did not come over the network
                self.flow.named_file = self.flow.report.evidence.target.text
        self.go.emit("review")

    def first_focus(self) -> QWidget | None:
        """The chosen one."""
        return next((c.choice for c in self.cards if c.choice.isChecked()), None)


def grouped(findings: Iterable[Finding]) -> list[tuple[Finding, list[Remedy]]]:
    """Each finding with its remedies, safest first; what helps several stands at the first."""
    seen: set[tuple[str, str | None]] = set()
    groups = []
    for finding in findings:
        fresh = [r for r in finding.remedies if (r.id, r.certificate) not in seen]
        seen.update((r.id, r.certificate) for r in fresh)
        if fresh:
            fresh.sort(key=lambda remedy: _RISKS.index(str(remedy.risk)))
            groups.append((finding, fresh))
    return groups


def usual(finding: Finding, remedies: Sequence[Remedy]) -> int:
    """The first remedy, without high risk, that is done by whom the finding names; else the first."""
    for index, remedy in enumerate(remedies):
        if remedy.fix_by == finding.fix_by and str(remedy.risk) != "high":
            return index
    return 0


def _in_chain(remedy: Remedy, report: Report) -> Certificate | None:
    wanted = (remedy.certificate or "").lower()
    return next((c for c in report.chain if c.sha256 == wanted), None)

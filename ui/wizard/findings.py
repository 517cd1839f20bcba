"""What was found: plain words first, the chain drawn, details on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.certificate.chain_view import ChainView
from ui.certificate.details import CertificateDetails
from ui.context import Context
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, Scroll, clear, row
from ui.style.fold import Disclosure
from ui.style.tones import Tone
from ui.text import Size, label
from ui.wizard.connection import connection_lines
from ui.wizard.page import Page, Stage
from ui.wizard.words import ACCEPTS, FIX_BY, SEVERITY, verdict

if TYPE_CHECKING:
    from trustmgr.findings import Finding
    from trustmgr.report import Report

#: Above this width, in average characters of the font, the chain stands beside the findings.
_SIDE_BY_SIDE = 105


class FindingsPage(Page):
    """The answer."""

    title = "What we found"
    stage = Stage.FINDINGS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._scroll = Scroll("What we found")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self._columns: QBoxLayout | None = None
        self._shown: Report | None = None
        self.chain: ChainView | None = None

    def enter(self) -> None:
        """Build from the report; coming back shows the same."""
        report = self.flow.report
        if report is None or report is self._shown:
            return
        self._shown = report
        body = self._scroll.body
        clear(body)
        body.addWidget(banner(report))
        holder = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, holder)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(16)
        self._columns.addWidget(self._findings(report), 6)
        if report.chain:
            self._columns.addWidget(self._certificates(report), 5)
        body.addWidget(holder)
        body.addStretch(1)
        self._scroll.verticalScrollBar().setValue(0)
        self._turn()

    def _findings(self, report: Report) -> QWidget:
        holder, column = _column()
        for finding in report.findings:
            column.addWidget(finding_card(finding))
        if not report.findings:
            column.addWidget(label("No problem was found."))
        if report.clients:
            column.addWidget(_predictions(report))
        connection = _connection(report)
        if connection is not None:
            column.addWidget(connection)
        column.addStretch(1)
        return holder

    def _certificates(self, report: Report) -> QWidget:
        holder, column = _column()
        heading = "The chain of certificates"
        column.addWidget(label(heading, bold=True, size=Size.LARGE))
        chain = self.chain = ChainView(report)
        details = CertificateDetails()
        fold = Disclosure("Certifica&te details")
        fold.body.addWidget(details)
        chain.selected.connect(lambda index: details.show_certificate(report.chain[index]))
        chain.select(chain.worst())
        column.addWidget(chain)
        column.addWidget(fold)
        column.addStretch(1)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        if self._columns is None:
            return
        wide = self.width() > self.fontMetrics().averageCharWidth() * _SIDE_BY_SIDE
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """What comes next depends on what was found."""
        report = self.flow.report
        if report is None:
            return ""
        if any(f.remedies for f in report.findings):
            return "What can be &done"
        return "F&inish" if report.evidence.target.is_file else "Ask the &programs here"

    def advance(self) -> None:
        """To the remedies, or straight to real programs when there is nothing to remedy."""
        report = self.flow.report
        if report is not None and any(f.remedies for f in report.findings):
            self.go.emit("remedies")
        elif report is not None and report.evidence.target.is_file:
            self.go.emit("done")
        else:
            self.go.emit("proof")

    def minimumSizeHint(self) -> QSize:
        """It scrolls."""
        return QSize(300, 200)


def _column() -> tuple[QWidget, QVBoxLayout]:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    return holder, column


def banner(report: Report) -> Card:
    """The verdict in one line, and what it is about in another."""
    sentence, tone = verdict(str(report.verdict), is_file=report.evidence.target.is_file)
    card = Card(tone)
    text = QVBoxLayout()
    text.setSpacing(2)
    text.addWidget(label(sentence, bold=True, size=Size.LARGE, selectable=True))
    text.addWidget(QuietLabel(about(report)))
    across = QHBoxLayout()
    across.setSpacing(14)
    across.addWidget(Mark(tone, 36))
    across.addLayout(text, 1)
    card.body.addLayout(across)
    card.setAccessibleName(sentence)
    return card


def about(report: Report) -> str:
    """Which target, and how many problems."""
    target = report.evidence.target
    name = target.text if target.is_file or not target.host else _address(report)
    errors = sum(str(f.severity) == "error" for f in report.findings)
    if errors > 1:
        return f"{name} · {errors} problems, the one to fix first comes first"
    return f"{name} · one problem" if errors else name


def _address(report: Report) -> str:
    target = report.evidence.target
    host = f"[{target.host}]" if target.host and ":" in target.host else target.host
    return f"{host}:{target.port}" if target.port else str(host)


def finding_card(finding: Finding) -> Card:
    """Title, plain words, who can fix it; the proof unfolds."""
    tone = SEVERITY.get(str(finding.severity), Tone.NOTE)
    card = Card()
    across = row(
        Mark(tone), label(finding.title, bold=True, size=Size.LARGE, selectable=True), stretch=1
    )
    across.setAlignment(Qt.AlignmentFlag.AlignTop)
    card.body.addLayout(across)
    card.body.addWidget(label(finding.detail, selectable=True))
    card.body.addWidget(QuietLabel(FIX_BY.get(str(finding.fix_by), "")))
    if finding.proof:
        fold = Disclosure("Proof")
        fold.toggle.setAccessibleName(f"Proof of {finding.title}, show or hide")
        fold.body.addWidget(label(finding.proof, selectable=True))
        if finding.rule:
            fold.body.addWidget(QuietLabel(f"The rule: {finding.rule}"))
        card.body.addWidget(fold)
    card.setAccessibleName(finding.title)
    return card


def _predictions(report: Report) -> QWidget:
    fold = Disclosure("Ho&w programs on this computer should see it")
    for name, prediction in sorted(report.clients.items()):
        word, tone = ACCEPTS[prediction.accepts]
        fold.body.addLayout(
            row(Mark(tone, 16), label(f"{name}: {word.lower()}. {prediction.why}"), stretch=1)
        )
    return fold


def _connection(report: Report) -> QWidget | None:
    evidence = report.evidence
    if not evidence.attempts and not evidence.dns_failure and not evidence.notes:
        return None
    fold = Disclosure("C&onnection")
    for line in connection_lines(evidence):
        fold.body.addWidget(label(line, selectable=True))
    return fold

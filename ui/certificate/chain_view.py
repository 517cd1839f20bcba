"""The chain, drawn: what it ends in on top, the site's certificate at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from ui.certificate.card import CardText, CertificateCard
from ui.certificate.facts import day
from ui.style.cards import Card, Mark
from ui.style.controls import row
from ui.style.tones import Tone, colours
from ui.text import label
from ui.wizard.words import SEVERITY

if TYPE_CHECKING:
    from trustmgr.report import Report

_LINK = 22  # pixels between two cards


class ChainView(QWidget):
    """`selected(index)` in the order of the report's chain: 0 is the leaf."""

    selected = Signal(int)

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.cards: list[CertificateCard] = []
        self._report = report
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._end = self._anchor_card()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_LINK)
        column.addWidget(self._end)
        for index in reversed(range(len(report.chain))):
            column.addWidget(self._card(index))
        self.cards.reverse()
        self.setAccessibleName("Chain of certificates")
        self._group.idToggled.connect(self._toggled)

    def select(self, index: int) -> None:
        """Choose a certificate of the chain."""
        if 0 <= index < len(self.cards):
            self.cards[index].setChecked(True)

    def worst(self) -> int:
        """The certificate that the first finding concerns, or the leaf."""
        for finding in self._report.findings:
            if finding.certificate is not None and finding.certificate < len(self.cards):
                return finding.certificate
        return 0

    def _toggled(self, index: int, checked: bool) -> None:
        if checked:
            self.selected.emit(index)

    def _card(self, index: int) -> CertificateCard:
        made = CertificateCard(card_text(self._report, index))
        self._group.addButton(made, index)
        self.cards.append(made)
        return made

    def _anchor_card(self) -> Card:
        anchor = self._report.anchor
        names = {store.id: store.title for store in self._report.evidence.stores}
        tone = Tone.GOOD if anchor else Tone.BAD
        card = Card(tone)
        words = (
            "Trusted here: " + ", ".join(names.get(store, store) for store in anchor.stores)
            if anchor and anchor.stores
            else "Trusted here"
            if anchor
            else "No store of this computer trusts the end of this chain"
        )
        card.body.addLayout(row(Mark(tone), label(words), stretch=1))
        card.setAccessibleName(words)
        return card

    def paintEvent(self, event: QPaintEvent) -> None:
        """The links between the cards; broken where the chain ends without trust."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        above: QWidget = self._end
        for card in reversed(self.cards):
            broken = above is self._end and self._report.anchor is None
            tone = Tone.BAD if broken else Tone.PLAIN
            ink = colours(tone, self.palette()).ink if broken else self._line_colour()
            style = Qt.PenStyle.DashLine if broken else Qt.PenStyle.SolidLine
            painter.setPen(QPen(ink, 2, style))
            x = self.width() / 2
            painter.drawLine(
                QPointF(x, above.geometry().bottom() + 2), QPointF(x, card.geometry().top() - 1)
            )
            above = card
        painter.end()

    def _line_colour(self) -> QColor:
        return colours(Tone.PLAIN, self.palette()).border


def card_text(report: Report, index: int) -> CardText:
    """What the card of one certificate says; its tone is that of the worst finding."""
    certificate = report.chain[index]
    concerning = [f for f in report.findings if f.certificate == index]
    tones = [SEVERITY.get(str(f.severity), Tone.NOTE) for f in concerning]
    tone = next((t for t in (Tone.BAD, Tone.WARN, Tone.NOTE) if t in tones), Tone.GOOD)
    if index == 0:
        role = "The site's certificate" if not certificate.is_ca else "Certificate"
    elif certificate.self_issued:
        role = "Root authority"
    else:
        role = "Intermediate authority"
    until = f"valid until {day(certificate.not_after)[:10]}"
    source = {"fetched": ", fetched", "store": ", from this computer"}.get(
        str(certificate.source), ""
    )
    return CardText(
        role, certificate.title, until + source, tone, tuple(f.title for f in concerning[:3])
    )

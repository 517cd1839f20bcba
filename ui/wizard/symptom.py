"""First page: what is wrong? An address, a pasted error message, or a dropped file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ui.context import Context
from ui.style.cards import Card
from ui.style.controls import QuietLabel, Scroll, button, copy_button, row
from ui.style.tones import Tone
from ui.style.wrapped_button import WrappedButton
from ui.text import caption, label, mnemonic_label
from ui.wizard.page import Page, Stage
from ui.wizard.symptom_text import LONGEST_TEXT, Kind, kind_of, local_path

_EXAMPLES = (
    "https://intranet.example.com:8443/",
    "Could not establish trust relationship for the SSL/TLS secure channel with authority "
    "'intranet.example.com:8443'",
    "SSL certificate problem: unable to get local issuer certificate",
)


class SymptomField(QPlainTextEdit):
    """Plain text in, whatever is pasted; Ctrl+Enter goes on, Tab leaves; files may be dropped."""

    submitted = Signal()
    dropped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setAccessibleName("Error message or address")
        self.setPlaceholderText("For example: intranet.example.com:8443")
        self.setMinimumHeight(self.fontMetrics().height() * 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter goes on, and so does Enter after an address."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        plain = event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }
        if enter and (
            control or (plain and kind_of(self.toPlainText()) in {Kind.ADDRESS, Kind.FILE})
        ):
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome, text as usual."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """A local file is taken by its path."""
        urls = event.mimeData().urls()
        if urls and urls[0].isLocalFile():
            event.acceptProposedAction()
            self.dropped.emit(urls[0].toLocalFile())
        else:
            super().dropEvent(event)


class SymptomPage(Page):
    """One big field, three examples, a file."""

    title = "What does not work?"
    stage = Stage.SYMPTOM

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.field = SymptomField()
        self.field.textChanged.connect(self.changed)
        self.field.submitted.connect(self._submit)
        self.field.dropped.connect(self.field.setPlainText)
        self.sites = QComboBox()
        self._scroll = Scroll("What does not work?")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        body = self._scroll.body
        body.addWidget(
            mnemonic_label(
                "&Paste the error message or a certificate, or type the address", self.field
            )
        )
        body.addWidget(self.field)
        self.open_button = button("&Open a certificate file…", self._choose_file)
        hint = QuietLabel("A file can also be dropped onto the field.")
        body.addLayout(row(self.open_button, hint, stretch=1))
        body.addWidget(self._stage_card() if context.stage is not None else self._examples())
        body.addStretch(1)
        body.addWidget(
            QuietLabel(
                "Looking changes nothing. Only the site itself, and the addresses for issuers and "
                "revocation that its certificates name, are contacted."
            )
        )

    def _examples(self) -> QWidget:
        card = Card()
        card.body.addWidget(label("Examples", bold=True))
        for text in _EXAMPLES:
            made = WrappedButton(text, name=f"Use this example: {text}")
            made.clicked.connect(lambda _=False, text=text: self._take(text))
            card.body.addWidget(made)
        return card

    def _stage_card(self) -> QWidget:
        """In the demo: the lab's sites, and its administrator's letter."""
        card = Card(Tone.NOTE)
        card.body.addWidget(label("Demo", bold=True))
        card.body.addWidget(
            label(
                "Sites on this computer, each broken in its own way. The trust store is a folder "
                "that goes away with this window; nothing else is touched. Begin with “good”: once "
                "the lab's authority is imported, the other sites show their own fault alone."
            )
        )
        self.sites.addItem("The sites are starting…")
        self.sites.setEnabled(False)
        self.sites.setAccessibleName("Site of the lab")
        self.sites.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.sites.setMinimumContentsLength(40)
        self.sites.activated.connect(self._take_site)
        card.body.addWidget(mnemonic_label("A s&ite to try", self.sites))
        card.body.addWidget(self.sites)
        stage = self.context.stage
        self._letter = label("", selectable=True, mono=True)
        self._letter.setVisible(False)
        show = button("Administrator's lette&r", self._show_letter)
        copy = copy_button(
            lambda: stage.letter().splitlines()[-1] if stage else "",
            "the lab's fingerprint",
            "Cop&y its fingerprint",
        )
        card.body.addLayout(row(show, copy))
        card.body.addWidget(self._letter)
        return card

    def _show_letter(self) -> None:
        if self.context.stage is not None:
            self._letter.setText(self.context.stage.letter())
            self._letter.setVisible(True)

    def stage_ready(self) -> None:
        """The lab runs: offer its sites."""
        if self.context.stage is None:
            return
        self.sites.clear()
        self.sites.addItem("Choose a site…", "")
        for name, target, description in self.context.stage.sites():
            self.sites.addItem(caption(f"{name}: {description}"), target)
        self.sites.setEnabled(True)

    def _take_site(self, index: int) -> None:
        target = self.sites.itemData(index)
        if target:
            self._take(str(target))

    def _take(self, text: str) -> None:
        self.field.setPlainText(text)
        self.field.setFocus()

    def _choose_file(self) -> None:
        from ui.files import ask_certificate

        ask_certificate(self, self.field.setPlainText)

    # -- the page ----------------------------------------------------------------------------

    def enter(self) -> None:
        """Show what the flow knows; after starting over that is nothing."""
        if self.field.toPlainText() != self.flow.text:
            self.field.setPlainText(self.flow.text)
        self.sites.setCurrentIndex(0)

    def next_text(self) -> str:
        """Says what will happen."""
        if kind_of(self.field.toPlainText()) is Kind.MESSAGE:
            return "E&xplain it"
        return "&Look at it"

    def can_next(self) -> bool:
        """Once there is something to look at."""
        return kind_of(self.field.toPlainText()) is not Kind.NOTHING

    def can_cancel(self) -> bool:
        """Once there is something to clear."""
        return self.can_next()

    def first_focus(self) -> QWidget:
        """The field."""
        return self.field

    def _submit(self) -> None:
        if self.can_next():
            self.advance()

    def advance(self) -> None:
        """A message is explained, everything else looked at."""
        text = self.field.toPlainText()[:LONGEST_TEXT]
        kind = kind_of(text)
        self.flow.text = text
        self.flow.explanation, self.flow.report, self.flow.target = None, None, None
        self.flow.forget_plan()
        self.flow.forget_change()
        if kind is Kind.MESSAGE:
            self.go.emit("explained")
            return
        self.flow.pasted = text if kind is Kind.PASTED else ""
        self.flow.address = local_path(text) if kind is Kind.FILE else text.strip()
        self.go.emit("looking")

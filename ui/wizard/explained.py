"""What an error message means, before anything is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.context import Context
from ui.style.cards import Card, Mark
from ui.style.controls import QuietLabel, Scroll, button, clear, copy_button, roomy, row
from ui.style.tones import Tone
from ui.text import Size, label, mnemonic_label
from ui.trouble import trouble
from ui.trouble_card import TroubleCard
from ui.wizard.page import Page, Stage
from ui.wizard.words import DONE_BY, FIX_BY

if TYPE_CHECKING:
    from trustmgr.explain import ExplainedCause, Explanation
    from trustmgr.findings import Remedy
    from trustmgr.progress import Progress
    from ui.tasks import Task

    #: What it means, what to do, and the settings that may mend it.
    _Answer = tuple[Explanation, list[Remedy], tuple[tuple[str, str], ...]]

_CONFIDENCE = {
    "certain": "This is what it means",
    "likely": "Likely",
    "possible": "Possible",
}


def _about_tls(cause: str) -> bool:
    """Whether there is a certificate to look at."""
    from trustmgr.knowledge import cause as known

    return known(cause).tls


class ExplainedPage(Page):
    """Causes in plain words; when the text names a host, the next click looks at it."""

    title = "What this message means"
    stage = Stage.SYMPTOM

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._task: Task | None = None
        self._scroll = Scroll("What this message means")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self.address = QLineEdit()
        self._asked = ""
        self._remedies: list[Remedy] = []
        self._settings: tuple[tuple[str, str], ...] = ()

    def enter(self) -> None:
        """Explain in the background; what was explained already is shown again."""
        self.address = QLineEdit()
        if self.flow.explanation is not None and self._asked == self.flow.text:
            self._show(self.flow.explanation)
            return
        clear(self._scroll.body)
        self._scroll.body.addWidget(label("Reading the message…"))
        self._scroll.body.addStretch(1)
        text = self._asked = self.flow.text
        service = self.context.service

        def work(progress: Progress) -> _Answer:
            found = service.engine.explain(text)
            told = [c.cause for c in found.causes if not _about_tls(c.cause)]
            remedies = [r for cause in told for r in service.remedies_of(cause)]
            return found, remedies, service.settings_for(found)

        self._task = self.context.runner.run(work, done=self._explained, failed=self._failed)

    def leave(self) -> None:
        """Stop reading."""
        if self._task is not None:
            self._task.drop()
            self._task = None

    def _failed(self, error: BaseException) -> None:
        self._task = None
        clear(self._scroll.body)
        self._scroll.body.addWidget(TroubleCard(trouble(error)))
        self._scroll.body.addStretch(1)
        self.changed.emit()

    def _explained(self, answer: _Answer) -> None:
        self._task = None
        explanation, self._remedies, self._settings = answer
        self._show(explanation)

    def _show(self, explanation: Explanation) -> None:
        self.flow.explanation = explanation
        body = self._scroll.body
        clear(body)
        body.addWidget(self._quote())
        if not explanation.causes:
            body.addWidget(_not_recognised())
        if self._is_tls():
            self._offer_address(explanation)
        for name, title in self._settings:
            body.addWidget(self._setting_card(name, title))
        if len(explanation.causes) > 1:
            body.addWidget(label("What it can mean, most likely first", bold=True))
        for cause in explanation.causes:
            body.addWidget(_cause_card(cause))
        for remedy in self._remedies:
            body.addWidget(remedy_text(remedy))
        body.addStretch(1)
        self.changed.emit()
        (self.address if self._is_tls() else self._scroll).setFocus()

    def _quote(self) -> QWidget:
        text = " ".join(self.flow.text.split())
        return QuietLabel("“" + (text if len(text) <= 400 else text[:400] + "…") + "”")

    def _offer_address(self, explanation: Explanation) -> None:
        roomy(self.address)
        self.address.setText(address_in(explanation))
        self.address.setPlaceholderText("intranet.example.com:8443")
        self.address.setAccessibleName("Address to look at")
        self.address.textChanged.connect(self.changed)
        self.address.returnPressed.connect(self._submit)
        found = bool(self.address.text())
        body = self._scroll.body
        card = Card(Tone.NOTE)
        card.body.addWidget(
            label(
                "The message names this address. Look at it to find the cause for sure."
                if found
                else "The message names no address. Type the one that was called to find the "
                "cause for sure."
            )
        )
        card.body.addWidget(mnemonic_label("&Address to look at", self.address))
        card.body.addWidget(self.address)
        body.addWidget(card)

    def _setting_card(self, name: str, title: str) -> QWidget:
        def review() -> None:
            from ui.stores.change_dialog import review_setting

            review_setting(self.context, name, title, self)

        card = Card()
        card.body.addWidget(label(title, bold=True))
        card.body.addWidget(
            label("A setting of this computer, which the program of the message heeds.")
        )
        self.review_setting = button("&Show what would be changed…", review)
        card.body.addLayout(row(self.review_setting))
        return card

    def _submit(self) -> None:
        if self.can_next():
            self.advance()

    def _is_tls(self) -> bool:
        found = self.flow.explanation
        return found is not None and all(_about_tls(c.cause) for c in found.causes)

    # -- the page ----------------------------------------------------------------------------

    def next_text(self) -> str:
        """Looking, when there is something to look at."""
        if self.flow.explanation is None:
            return ""
        return "&Look at it" if self._is_tls() else ""

    def can_next(self) -> bool:
        """With an address."""
        return bool(self.address.text().strip())

    def advance(self) -> None:
        """Look at the address."""
        self.flow.address, self.flow.pasted = self.address.text().strip(), ""
        self.go.emit("looking")

    def first_focus(self) -> QWidget | None:
        """The address, once it is there."""
        return self.address if self.address.isVisibleTo(self) else None


def address_in(explanation: Explanation) -> str:
    """``host:port`` as the message named it, or an empty string."""
    target: Any = explanation.target
    if target is None:
        return ""
    host = str(getattr(target, "host", "") or "")
    port = getattr(target, "port", None)
    if not host:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{port}" if port else host


def _cause_card(cause: ExplainedCause) -> QWidget:
    certain = str(cause.confidence) == "certain"
    card = Card()
    confidence = _CONFIDENCE.get(str(cause.confidence), "")
    card.body.addLayout(
        row(
            Mark(Tone.NOTE if certain else Tone.PLAIN),
            label(cause.title, bold=True, size=Size.LARGE, selectable=True),
            stretch=1,
        )
    )
    card.body.addWidget(label(cause.detail, selectable=True))
    card.body.addWidget(QuietLabel(f"{confidence}. {FIX_BY.get(str(cause.fix_by), '')}"))
    card.setAccessibleName(cause.title)
    return card


def remedy_text(remedy: Remedy) -> QWidget:
    """What to do about a cause that looking at a site cannot tell more about."""
    card = Card()
    card.body.addWidget(label(remedy.title, bold=True))
    card.body.addWidget(label(remedy.detail, selectable=True))
    card.body.addWidget(QuietLabel(DONE_BY.get(str(remedy.fix_by), "")))
    if remedy.risk_text:
        card.body.addLayout(row(Mark(Tone.WARN, 16), label(remedy.risk_text), stretch=1))
    if remedy.message:
        card.body.addWidget(label("What to tell them:"))
        card.body.addWidget(label(remedy.message, selectable=True))
        card.body.addLayout(row(copy_button(lambda: remedy.message, "the message")))
    card.setAccessibleName(remedy.title)
    return card


def _not_recognised() -> QWidget:
    card = Card(Tone.WARN)
    card.body.addLayout(
        row(
            Mark(Tone.WARN),
            label("This message is not one that Trust Manager knows.", bold=True),
            stretch=1,
        )
    )
    card.body.addWidget(
        label("Go back and paste all of it, with the lines before and after, or look at the site.")
    )
    return card

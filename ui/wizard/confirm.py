"""The user's word: the fingerprint from a second source, or a file from a source they trust."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.certificate.fingerprint import FingerprintField, Match, normal
from ui.style.cards import Card, Mark
from ui.style.choices import CheckBox
from ui.style.controls import roomy, row
from ui.style.tones import Tone
from ui.text import Size, label, mnemonic_label

if TYPE_CHECKING:
    from trustmgr.plan import Confirmation, Plan

_WORDS = {
    Match.NOTHING: ("Ask your administrator for the SHA-256 fingerprint by another way than this "
                    "connection: by telephone, on paper, on a page that you already trust. Copying "
                    "it from this window would prove nothing.", Tone.NOTE),
    Match.UNFINISHED: ("Not complete yet: 64 digits are needed.", Tone.NOTE),
    Match.NOT_HEX: ("A fingerprint has only the digits 0 to 9 and A to F.", Tone.WARN),
    Match.SHA1: ("This is a SHA-1 fingerprint. It can be forged: ask for the SHA-256 one.",
                 Tone.WARN),
    Match.WRONG: ("This is NOT the certificate that your administrator means. Do not go on: somebody "
                  "may be between you and the site. Tell your administrator.", Tone.BAD),
    Match.RIGHT: ("The fingerprints are equal: this is the certificate your administrator means.",
                  Tone.GOOD),
}  # fmt: skip


class ConfirmBox(Card):
    """`confirmed` once the user's word is enough."""

    changed = Signal()

    def __init__(self, plan: Plan, certificates: Sequence[bytes], named_file: str) -> None:
        super().__init__()
        self._by_fingerprint = plan.needs_fingerprint
        self._mark = Mark(Tone.NOTE)
        self._words = label("")
        self.field = FingerprintField()
        roomy(self.field)
        self.source = CheckBox("I got this file from a &source I trust")
        self.source.setAccessibleName("I got this file from a source I trust")
        self.body.addWidget(label("Is it the right one?", bold=True, size=Size.LARGE))
        if self._by_fingerprint:
            self._ask_fingerprint(certificates)
        else:
            self._ask_source(named_file)

    def _ask_fingerprint(self, certificates: Sequence[bytes]) -> None:
        if certificates:
            self.field.expected = hashlib.sha256(certificates[0]).hexdigest()
        self.body.addWidget(
            mnemonic_label("Fin&gerprint (SHA-256) that your administrator gave you", self.field)
        )
        self.body.addWidget(self.field)
        self.body.addLayout(row(self._mark, self._words, stretch=1))
        self.field.matched.connect(self._typed)
        self._typed(Match.NOTHING)

    def _ask_source(self, named_file: str) -> None:
        self.body.addWidget(label(f"The file is {named_file}"))
        self.body.addWidget(
            label(
                "Whoever made this file decides which sites this computer believes: take only "
                "files that your administrator handed to you."
            )
        )
        self.body.addWidget(self.source)
        self.source.toggled.connect(self.changed)

    def _typed(self, match: Match) -> None:
        words, tone = _WORDS[match]
        self._words.setText(words)
        self._mark.set_tone(tone)
        self.set_tone(tone if match in {Match.RIGHT, Match.WRONG} else Tone.PLAIN)
        self.field.setAccessibleDescription(words)
        self.changed.emit()

    @property
    def confirmed(self) -> bool:
        """Whether Apply may be pressed."""
        if self._by_fingerprint:
            return self.field.match is Match.RIGHT
        return self.source.isChecked()

    def confirmation(self) -> Confirmation:
        """For the engine, which checks it again."""
        from trustmgr.plan import Confirmation

        if self._by_fingerprint:
            return Confirmation(fingerprint=normal(self.field.text()))
        return Confirmation(named_file=True)

    def first_focus(self) -> QWidget:
        """Where the user's word goes."""
        return self.field if self._by_fingerprint else self.source

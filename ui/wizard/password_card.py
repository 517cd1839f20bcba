"""A locked file: the field for its password."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from ui.style.cards import Card, Mark
from ui.style.controls import button, roomy, row
from ui.style.tones import Tone
from ui.text import Size, label, mnemonic_label
from ui.trouble import Trouble


class PasswordCard(Card):
    """`given(password)`. It is used once and kept nowhere."""

    given = Signal(str)

    def __init__(self, found: Trouble) -> None:
        super().__init__(Tone.NOTE)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName("Password of the file")
        self.field.returnPressed.connect(self._give)
        sentence = label(found.sentence, bold=True, size=Size.LARGE)
        self.body.addLayout(row(Mark(Tone.NOTE), sentence, stretch=1))
        self.body.addWidget(mnemonic_label("&Password of the file", self.field))
        self.body.addLayout(row(roomy(self.field), button("&Open it", self._give), stretch=0))
        self.body.addWidget(
            label(
                "Only its certificates are read. The password and the key in it are kept nowhere."
            )
        )
        self.setAccessibleName(found.sentence)

    def _give(self) -> None:
        self.given.emit(self.field.text())

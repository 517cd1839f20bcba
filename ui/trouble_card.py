"""A card that says what went wrong and what to do about it."""

from __future__ import annotations

from ui.style.cards import Card, Mark
from ui.style.controls import copy_button, row
from ui.style.tones import Tone
from ui.text import Size, label
from ui.trouble import Trouble


class TroubleCard(Card):
    """Sentence, next step, and the exact command where there is one."""

    def __init__(self, found: Trouble) -> None:
        tone = Tone.NOTE if found.cancelled else Tone.BAD
        super().__init__(tone)
        sentence = label(found.sentence, bold=True, selectable=True, size=Size.LARGE)
        self.body.addLayout(row(Mark(tone), sentence, stretch=1))
        if found.next_step:
            self.body.addWidget(label(found.next_step, selectable=True))
        if found.command:
            self.body.addWidget(label("The command for an administrator:"))
            command = label(found.command, mono=True, selectable=True)
            copy = copy_button(lambda: found.command, "the command")
            self.body.addLayout(row(command, copy, stretch=0))
        self.setAccessibleName(found.sentence)
        self.setAccessibleDescription(found.next_step)

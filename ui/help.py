"""The help of F1: what the program does, never does, and its keys."""

from __future__ import annotations

import sys

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from ui.style.sheet import Sheet, Standard
from ui.text import Size, keys, label, standard_keys

_PARTS = (
    (
        "What to do",
        "Type the address that does not work, or paste the whole error message. Trust Manager "
        "looks at the site, says in plain words what is wrong, who can fix it and how. It changes "
        "nothing before you have seen everything and agreed.",
    ),
    (
        "Why it asks for a fingerprint",
        "A certificate that came over the network may have come from somebody in between. The "
        "SHA-256 fingerprint that your administrator gives you by telephone, on paper or on a page "
        "you already trust is what proves that it is the right one.",
    ),
    (
        "What it never does",
        "It never switches verification off, never follows a link inside a certificate to a page, "
        "and sends nothing about you to anybody. It connects only to the site you ask about and to "
        "the addresses for issuers and revocation that stand in that site's certificates.",
    ),
    (
        "Undo",
        "Every change is written down before it is made. History shows all of them, and each can "
        "be taken back.",
    ),
)


def _keys() -> str:
    """A Mac has no letters to press with Alt."""
    pages = ", ".join(keys(f"Ctrl+{number}") for number in (1, 2, 3))
    lines = [
        f"{pages}: Diagnose, Stores, History",
        f"{keys('Ctrl+Return')}: go on; {standard_keys(QKeySequence.StandardKey.Back)}: a step back",
        "Alt with an underlined letter: press that button",
        "Tab and the arrow keys: move; Space: choose",
        "Esc: cancel, or leave a dialog",
        f"F1: this help. {keys('Ctrl+Q')}: quit. The menus show the others",
    ]
    return "\n".join(line for line in lines if sys.platform != "darwin" or "Alt" not in line)


class HelpDialog(Sheet):
    """Plain text, closed with Esc."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Help", QSize(600, 520), parent)
        body = self.page.body
        for title, text in (*_PARTS, ("Keys", _keys())):
            body.addWidget(label(title, bold=True, size=Size.LARGE))
            body.addWidget(label(text, selectable=True))
        body.addStretch(1)
        self.add_standard(Standard.Close)

"""Fingerprints: shown in groups, typed or pasted in whatever form people have them."""

from __future__ import annotations

import re
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from ui.text import Size, font

_SHA1, _SHA256 = 40, 64  # hexadecimal digits
#: What programs print before a fingerprint: "SHA256 Fingerprint=", "SHA-256:", ...
_LABEL = re.compile(r"^.*?sha-?\s?(?:256|1)\b[^=:]*[=:]?", re.IGNORECASE | re.DOTALL)
_SEPARATORS = re.compile(r"[\s:.\-\u00a0\u200e\u200f\u202a-\u202e\ufeff]+")


def grouped(sha256: str) -> str:
    """Two lines of eight groups: what people compare aloud."""
    groups = [sha256.upper()[i : i + 4] for i in range(0, len(sha256), 4)]
    half = len(groups) // 2
    return " ".join(groups[:half]) + "\n" + " ".join(groups[half:])


def normal(text: str) -> str:
    """The lower-case digits of what was typed, without labels and separators."""
    return _SEPARATORS.sub("", _LABEL.sub("", text)).lower()


class Match(Enum):
    """What is typed, beside what is expected."""

    NOTHING = "nothing"
    UNFINISHED = "unfinished"
    SHA1 = "sha1"
    NOT_HEX = "not-hex"
    WRONG = "wrong"
    RIGHT = "right"


def compare(typed: str, expected: str) -> Match:
    """How far the typed text is from the SHA-256 of the certificate."""
    digits = normal(typed)
    if not digits:
        return Match.NOTHING
    if digits == expected.lower():
        return Match.RIGHT
    if not all(c in "0123456789abcdef" for c in digits):
        return Match.NOT_HEX
    if len(digits) == _SHA1 and not expected.lower().startswith(digits):
        return Match.SHA1
    if len(digits) < _SHA256 and expected.lower().startswith(digits):
        return Match.UNFINISHED
    return Match.WRONG if len(digits) >= _SHA256 else Match.UNFINISHED


class FingerprintField(QLineEdit):
    """Empty until the user fills it; `matched` tells how it compares."""

    matched = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.expected = ""
        self.setFont(font(Size.BODY, mono=True))
        self.setPlaceholderText("Paste or type the SHA-256 fingerprint you were given")
        self.setAccessibleName("Fingerprint that your administrator gave you")
        self.setMaxLength(400)
        self.textChanged.connect(lambda: self.matched.emit(self.match))

    @property
    def match(self) -> Match:
        """How what is typed compares."""
        return compare(self.text(), self.expected)

"""Colours: mixed from the system palette, so that light and dark both read well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtGui import QColor, QPalette


class Tone(Enum):
    """What a colour says. The value is the hue in degrees; None follows the text."""

    PLAIN = None
    GOOD = 145
    WARN = 38
    BAD = 4
    NOTE = 212


@dataclass(frozen=True)
class Colours:
    """The colours of one tone on one palette."""

    surface: QColor
    border: QColor
    ink: QColor  # for marks, lines and short words; readable on `surface`


def is_dark(palette: QPalette) -> bool:
    """Whether the palette is light text on dark."""
    return palette.window().color().lightness() < palette.windowText().color().lightness()


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """`one` with this share (0 to 1) of `other`."""
    return QColor.fromRgbF(
        one.redF() * (1 - share) + other.redF() * share,
        one.greenF() * (1 - share) + other.greenF() * share,
        one.blueF() * (1 - share) + other.blueF() * share,
    )


def colours(tone: Tone, palette: QPalette) -> Colours:
    """The colours of `tone` for this palette."""
    dark = is_dark(palette)
    text = palette.text().color()
    # Fields are darker than what is around them in the dark, so cards are lighter there.
    base = mix(palette.window().color(), text, 0.06) if dark else palette.base().color()
    if tone is Tone.PLAIN:
        return Colours(base, mix(base, text, 0.18), mix(text, base, 0.4))
    hue = QColor.fromHslF(tone.value / 360, 0.62, 0.62 if dark else 0.36)
    return Colours(mix(base, hue, 0.14 if dark else 0.09), mix(base, hue, 0.55), hue)


def quiet(palette: QPalette) -> QColor:
    """Text that matters less, still above the contrast of WCAG 2.2 level AA (4.5 to 1)."""
    return mix(palette.windowText().color(), palette.window().color(), 0.28)

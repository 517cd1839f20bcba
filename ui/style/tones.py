"""Colours: mixed from the system's palette, so that they follow it at any time, light and dark.

Qt changes the palette when the system turns dark or light (`QStyleHints.colorScheme`). Words keep the
contrast of WCAG 2.2 level AA on whatever they stand, and shapes that say something theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

#: Least contrast of words (WCAG 2.2, 1.4.3) and of shapes (1.4.11).
WORDS, SHAPES = 4.5, 3.0


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


def _luminance(colour: QColor) -> float:
    """WCAG 2.2, "relative luminance"."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """From 1 (the same) to 21 (black on white); WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: QColor) -> QColor:
    """Black or white, whichever reads better on `colour`."""
    black, white = QColor(Qt.GlobalColor.black), QColor(Qt.GlobalColor.white)
    return black if contrast(black, colour) > contrast(white, colour) else white


def legible(colour: QColor, text: QColor, least: float, *grounds: QColor) -> QColor:
    """`colour`, with as much of `text` in it as it takes to be read on all of `grounds`."""
    for percent in range(0, 100, 5):
        made = mix(colour, text, percent / 100)
        if all(contrast(made, ground) >= least for ground in grounds):
            return made
    return text


def wants_contrast() -> bool:
    """Whether the user asked the system for more contrast (Qt tells since 6.10)."""
    hints = getattr(QGuiApplication.styleHints(), "accessibility", None)
    return hints is not None and hints().contrastPreference() == Qt.ContrastPreference.HighContrast


def colours(tone: Tone, palette: QPalette) -> Colours:
    """The colours of `tone` for this palette."""
    text, surface = palette.text().color(), _surface(tone, palette)
    if wants_contrast():
        return Colours(surface, text, text)
    if tone is Tone.PLAIN:
        ink = legible(mix(text, surface, 0.4), text, WORDS, surface)
        return Colours(surface, mix(surface, text, 0.18), ink)
    hue = _hue(tone, palette)
    return Colours(surface, mix(surface, hue, 0.5), legible(hue, text, WORDS, surface))


def accent(palette: QPalette) -> QColor:
    """The system's accent for frames and bars, seen on whatever they stand."""
    grounds = (palette.window().color(), palette.base().color())
    return legible(palette.highlight().color(), palette.text().color(), SHAPES, *grounds)


def quiet(palette: QPalette) -> QColor:
    """For words that matter less, on any card and beside them."""
    text, window = palette.windowText().color(), palette.window().color()
    return legible(mix(text, window, 0.28), text, WORDS, *_grounds(palette))


def frame(palette: QPalette) -> QColor:
    """For the frame of something that can be chosen, on any card and beside them."""
    text, window = palette.windowText().color(), palette.window().color()
    return legible(mix(text, window, 0.9), text, SHAPES, *_grounds(palette))


def _grounds(palette: QPalette) -> list[QColor]:
    return [palette.window().color(), *(_surface(tone, palette) for tone in Tone)]


def _surface(tone: Tone, palette: QPalette) -> QColor:
    dark = is_dark(palette)
    # Fields are darker than what is around them in the dark, so cards are lighter there.
    lifted = mix(palette.window().color(), palette.text().color(), 0.06)
    base = lifted if dark else palette.base().color()
    if tone is Tone.PLAIN or wants_contrast():
        return base
    return mix(base, _hue(tone, palette), 0.14 if dark else 0.09)


def _hue(tone: Tone, palette: QPalette) -> QColor:
    return QColor.fromHslF((tone.value or 0) / 360, 0.62, 0.62 if is_dark(palette) else 0.36)

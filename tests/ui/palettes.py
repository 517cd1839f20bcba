"""Palettes of real systems, to force them where the system is not there."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette


def palette(window: str, text: str, base: str, accent: str, on_accent: str) -> QPalette:
    made = QPalette(QColor(window), QColor(window))
    for role in ("WindowText", "Text", "ButtonText", "BrightText"):
        made.setColor(getattr(QPalette.ColorRole, role), QColor(text))
    faint = QColor(text)
    faint.setAlphaF(0.55)
    for role in ("WindowText", "Text", "ButtonText"):
        made.setColor(QPalette.ColorGroup.Disabled, getattr(QPalette.ColorRole, role), faint)
    made.setColor(QPalette.ColorRole.PlaceholderText, faint)
    made.setColor(QPalette.ColorRole.Base, QColor(base))
    made.setColor(QPalette.ColorRole.AlternateBase, QColor(window))
    made.setColor(QPalette.ColorRole.Highlight, QColor(accent))
    made.setColor(QPalette.ColorRole.HighlightedText, QColor(on_accent))
    return made


#: As Qt reports them there: window, text, fields, accent and text on it.
LIGHT = {
    "fusion": ("#efefef", "#000000", "#ffffff", "#308cc6", "#ffffff"),
    "macos": ("#ececec", "#000000", "#ffffff", "#0063e1", "#ffffff"),
    "breeze": ("#eff0f1", "#232629", "#ffffff", "#3daee9", "#ffffff"),
    "windows11": ("#f3f3f3", "#1b1b1b", "#ffffff", "#0078d4", "#ffffff"),
    "contrast-white": ("#ffffff", "#000000", "#ffffff", "#37006e", "#ffffff"),
}
DARK = {
    "fusion": ("#323232", "#f0f0f0", "#242424", "#308cc6", "#f0f0f0"),
    "macos": ("#323232", "#ffffff", "#1e1e1e", "#0058d0", "#ffffff"),
    "breeze": ("#2a2e32", "#fcfcfc", "#1b1e20", "#3daee9", "#fcfcfc"),
    "windows11": ("#202020", "#ffffff", "#2d2d2d", "#4cc2ff", "#000000"),
    "contrast-black": ("#000000", "#ffffff", "#000000", "#1aebff", "#000000"),
}


def dark() -> QPalette:
    """What Qt itself uses where the system is dark and says no more."""
    return palette(*DARK["fusion"])

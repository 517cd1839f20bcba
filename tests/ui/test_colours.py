"""Light and dark: contrast by numbers, and the change while the window is open."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui import palettes
from tests.ui.driving import apply, at, labels, settle, to_findings, to_review
from tests.ui.fake_engine import FakeEngine
from ui.main_window import MainWindow
from ui.style import tones
from ui.style.cards import _MARK_NAMES, Card, Mark, draw_mark
from ui.style.choices import CheckBox, RadioButton
from ui.style.controls import Line, PrimaryButton, QuietLabel
from ui.style.tones import SHAPES, WORDS, Tone, accent, colours, contrast, is_dark, mix, quiet

ALL = [
    pytest.param(found, shade == "dark", id=f"{shade}-{name}")
    for shade, family in (("light", palettes.LIGHT), ("dark", palettes.DARK))
    for name, found in family.items()
]


@pytest.fixture
def palette_back(qtbot: QtBot) -> Iterator[None]:
    before = QApplication.palette()
    yield
    QApplication.setPalette(before)


def test_contrast_is_that_of_wcag() -> None:
    """Known pairs: W3C's own examples."""
    assert round(contrast(QColor("#000000"), QColor("#ffffff")), 2) == 21
    assert round(contrast(QColor("#777777"), QColor("#ffffff")), 2) == 4.48
    assert contrast(QColor("#abcdef"), QColor("#abcdef")) == 1


@pytest.mark.parametrize(("found", "dark"), ALL)
def test_words_are_readable_on_every_tone(found: tuple[str, ...], dark: bool) -> None:
    readable_everywhere(palettes.palette(*found))
    assert is_dark(palettes.palette(*found)) is dark


def test_words_are_readable_on_this_systems_own_palette(qtbot: QtBot) -> None:
    readable_everywhere(QGuiApplication.palette())


def readable_everywhere(palette: QPalette) -> None:
    window = palette.window().color()
    assert contrast(quiet(palette), window) >= WORDS
    assert contrast(accent(palette), window) >= SHAPES
    button = palette.highlight().color()
    assert contrast(tones.readable_on(button), button) >= WORDS
    for tone in Tone:
        made = colours(tone, palette)
        for ink in (palette.text().color(), palette.windowText().color(), quiet(palette), made.ink):
            assert contrast(ink, made.surface) >= WORDS, (tone, ink.name(), made.surface.name())
        assert contrast(tones.readable_on(made.ink), made.ink) >= WORDS  # the sign in a mark


@pytest.mark.parametrize("found", [pytest.param(f, id=n) for n, f in palettes.DARK.items()])
@pytest.mark.parametrize("kind", [CheckBox, RadioButton])
def test_an_empty_box_is_seen_in_the_dark(
    qtbot: QtBot, palette_back: None, found: tuple[str, ...], kind: type[CheckBox | RadioButton]
) -> None:
    """By its picture: the frame that Qt's own style paints stands out from the card."""
    QApplication.setPalette(palettes.palette(*found))
    card = Card()
    card.body.addWidget(kind())
    qtbot.addWidget(card)
    card.show()
    settle()
    image = card.grab().toImage()
    seen = {
        image.pixelColor(x, y).rgb() for x in range(image.width()) for y in range(image.height())
    }
    surface = colours(Tone.PLAIN, QApplication.palette()).surface
    assert max(contrast(QColor(shade), surface) for shade in seen) >= 2.5  # after smoothing


def test_more_contrast_when_the_user_wants_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    palette = palettes.palette(*palettes.LIGHT["contrast-white"])
    soft = colours(Tone.BAD, palette)
    monkeypatch.setattr(tones, "wants_contrast", lambda: True)
    hard = colours(Tone.BAD, palette)
    assert contrast(hard.border, hard.surface) > 20 > contrast(soft.border, soft.surface)


def test_no_tone_is_told_by_its_colour_alone(qtbot: QtBot) -> None:
    pictures = set()
    for tone in Tone:
        image = QImage(40, 40, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        draw_mark(painter, QRectF(2, 2, 36, 36), tone, QColor(Qt.GlobalColor.black))
        painter.end()
        pictures.add(bytes(image.constBits()))
    assert len(pictures) == len(Tone) == len(set(_MARK_NAMES.values()))


def test_a_coloured_card_has_a_mark_or_stands_for_itself(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    """Good, bad and warning cards carry the sign of their tone."""
    review = to_review(qtbot, window)
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    settle()
    loud = {Tone.GOOD, Tone.BAD, Tone.WARN}
    cards = [c for c in window.findChildren(Card) if c.tone in loud and c.isVisibleTo(window)]
    assert cards
    for card in cards:
        assert card.findChildren(Mark), labels(card)


def test_the_open_window_turns_dark_and_light_again(
    qtbot: QtBot, palette_back: None, window: MainWindow
) -> None:
    """What a platform's theme does when the system turns dark: it hands Qt another palette."""
    findings = to_findings(qtbot, window)
    settle()
    light = shades(findings)
    QApplication.setPalette(palettes.dark())
    settle()
    dark = shades(findings)
    assert light["background"] > 200 > 80 > dark["background"]
    assert light["words"] < 100 < 150 < dark["words"]
    own = [*window.findChildren(QuietLabel), *window.findChildren(Line)]
    assert own
    assert all(is_dark(one.palette()) or isinstance(one, Line) for one in own)
    primary = window.findChildren(PrimaryButton)[0]
    assert primary.palette().button().color() == palettes.dark().highlight().color()
    QApplication.setPalette(palettes.palette(*palettes.LIGHT["fusion"]))
    settle()
    assert shades(findings) == light


def shades(page: QWidget) -> dict[str, int]:
    """Lightness of what is most of the picture, and of the shade farthest from it."""
    image = page.grab().toImage()
    seen: dict[int, int] = {}
    for x in range(0, image.width(), 3):
        for y in range(0, image.height(), 3):
            shade = image.pixelColor(x, y).lightness()
            seen[shade] = seen.get(shade, 0) + 1
    background = max(seen, key=lambda shade: seen[shade])
    return {"background": background, "words": max(seen, key=lambda s: abs(s - background))}


_TURN = """
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
application = QApplication([])
from ui.main_window import MainWindow
from ui.service import Service
from ui.style.controls import QuietLabel
from ui.style.tones import is_dark
window = MainWindow(Service())
window.show()
def look():
    for _ in range(10):
        application.processEvents()
    corner = window.grab().toImage().pixelColor(3, window.height() - 60).lightness()
    quiet = window.findChildren(QuietLabel)[0].palette().windowText().color().lightness()
    print(application.styleHints().colorScheme().name, corner > 128, quiet > 128)
look()
application.styleHints().setColorScheme(Qt.ColorScheme.Dark)
look()
application.styleHints().setColorScheme(Qt.ColorScheme.Light)
look()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux: a screen of its own (Xvfb)")
def test_it_follows_the_colour_scheme_of_a_real_theme() -> None:
    """Qt's own theme for GNOME, on a screen: offscreen has no theme that could turn dark."""
    xvfb = shutil.which("xvfb-run")
    if xvfb is None or shutil.which("xauth") is None:
        pytest.skip("extra program: xvfb-run")
    done = subprocess.run(
        [xvfb, "-a", sys.executable, "-c", _TURN],
        env=os.environ | {"QT_QPA_PLATFORM": "xcb", "QT_QPA_PLATFORMTHEME": "gnome"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    first, dark, light = done.stdout.splitlines()
    assert first.endswith("True False"), done.stderr
    assert dark == "Dark False True"
    assert light == "Light True False"


def test_mixing_keeps_the_ends() -> None:
    assert mix(QColor("red"), QColor("blue"), 0) == QColor("red")
    assert mix(QColor("red"), QColor("blue"), 1) == QColor("blue")

"""What a saved report says, and where."""

from __future__ import annotations

import json
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui.driving import apply, at, to_remedies, to_review, wizard_of
from tests.ui.fake_engine import FakeEngine
from ui.main_window import MainWindow
from ui.report_files import save, text_lines


def test_it_tells_the_whole_story(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    wizard = wizard_of(window)
    apply(qtbot, window, to_review(qtbot, window), engine.root_sha256)
    at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: wizard.flow.after is not None)
    text = "\n".join(text_lines(wizard.flow.report, wizard.flow))
    for words in (
        "This site is not trusted on this computer.",
        "Error: The authority is not known on this computer",
        "Proof: No store holds the root.",
        "TLSv1.3, TLS_AES_256_GCM_SHA384",
        "Certificate 3 of 3: Example Root CA",
        f"SHA-256: {engine.root_sha256}",
        "What was done",
        "curl (/etc/ssl/certs) refuses: unable to get local issuer certificate",
    ):
        assert words in text
    assert text.index("Programs before") < text.index("Programs now")


def test_what_others_have_to_do_is_in_it(qtbot: QtBot, window: MainWindow) -> None:
    wizard = wizard_of(window)
    to_remedies(qtbot, window)
    wizard.next_button.click()
    at(qtbot, window, "done")
    text = "\n".join(text_lines(wizard.flow.report, wizard.flow))
    assert "What to tell them\n  Dear owner," in text
    assert "Nothing was changed on this computer." in text


def test_a_name_that_ends_in_json_overwrites_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    to_remedies(qtbot, window)
    made = save(tmp_path / "report.json", wizard_of(window).flow)
    assert [path.name for path in made] == ["report.txt", "report.json"]
    assert json.loads(made[1].read_text(encoding="utf-8"))["schema"] == 1

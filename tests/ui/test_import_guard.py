"""The window never lets a connection confirm what it brought, and refuses known bad authorities."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui.driving import at, labels, pick, to_remedies, wizard_of
from tests.ui.fake_engine import FakeEngine
from trustmgr.remedy.warnings import KnownBadCertificate
from ui.main_window import MainWindow


def test_a_file_chosen_before_does_not_vouch_for_what_came_over_the_connection(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    wizard = wizard_of(window)
    remedies = to_remedies(qtbot, window)
    pick(remedies, "import-file")
    wizard.next_button.click()
    review = at(qtbot, window, "review")
    file = tmp_path / "root.pem"
    file.write_bytes(engine.root.pem)
    review.take_file(str(file))
    qtbot.waitUntil(lambda: review.confirm is not None)
    review.confirm.source.setChecked(True)
    assert wizard.next_button.isEnabled()
    wizard.back_button.click()
    pick(at(qtbot, window, "remedies"), "import-certificate")
    wizard.next_button.click()
    review = at(qtbot, window, "review")
    qtbot.waitUntil(lambda: review.confirm is not None)
    review.confirm.source.setChecked(True)
    assert not wizard.next_button.isEnabled()
    assert wizard.flow.plan.needs_fingerprint
    assert "Copying it from this window would prove nothing" in labels(review)
    assert engine.applied == []


def test_a_known_bad_authority_is_refused_in_one_sentence(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    engine.fail["plan"] = KnownBadCertificate("It belongs to BadWare and is not made trusted.")
    pick(to_remedies(qtbot, window), "import-certificate")
    wizard_of(window).next_button.click()
    review = at(qtbot, window, "review")
    qtbot.waitUntil(lambda: "BadWare" in labels(review))
    assert not wizard_of(window).next_button.isEnabled()

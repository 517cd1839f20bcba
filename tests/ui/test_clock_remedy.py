"""Remedies that are a button which opens the system's own page; nothing sets the clock or installs updates."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.driving import labels
from tests.ui.fake_engine import FakeEngine
from trustmgr import knowledge
from ui.service import Service
from ui.wizard.remedies import RemedyCard


@pytest.mark.parametrize(
    ("cause", "called", "command"),
    [
        ("clock-wrong", "open_clock_settings", "timedatectl"),
        ("outdated-trust-store", "open_update_settings", "apt-get"),
    ],
)
@pytest.mark.parametrize("page", [True, False])
def test_the_button_opens_the_page_or_shows_the_command(
    qtbot: QtBot, page: bool, cause: str, called: str, command: str
) -> None:
    engine = FakeEngine()
    engine.has_clock_page = page
    (remedy,) = knowledge.remedies(cause, {})
    card = RemedyCard(remedy, Service(engine=engine))  # type: ignore[arg-type]
    qtbot.addWidget(card)
    card.show()
    assert engine.called == []
    card.settings.click()
    assert engine.called == [called]
    assert (command in labels(card).replace(remedy.detail, "")) is not page

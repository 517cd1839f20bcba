"""Qt without a screen, a window with a fake engine, and small helpers."""

from __future__ import annotations

import os

# Off the screen, wherever there is one too: a window manager gives focus late, to one window alone.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.fake_engine import FakeEngine
from ui.main_window import MainWindow
from ui.service import Service


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def window(qtbot: QtBot, engine: FakeEngine) -> Iterator[MainWindow]:
    made = MainWindow(FakeService(engine))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.begin_background_work()
    yield made
    made.stop_work()


class FakeService(Service):
    """Knows no real targets: everything is a site, or a file when there is one of that name."""

    def __init__(self, engine: FakeEngine) -> None:
        super().__init__(engine=engine)  # type: ignore[arg-type]

    def target(self, text: str):  # noqa: ANN201
        from pathlib import Path

        from trustmgr.target import Target

        if Path(text).is_file():
            return Target(text, files=(text,))
        host, _, port = text.partition(":")
        return Target(text, host, int(port or 443), host)

    def warm_up(self, progress) -> None:  # noqa: ANN001
        return

"""The wizard on a Mac: from a file to trusted in the login keychain, and back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from platform_backends.macos import KeychainStore
from platform_backends.macos.trust_settings import hosts
from tests.macos.machine import Machine, state
from tests.ui.driving import at, labels, pick, to_remedies, wizard_of
from trustmgr import clients
from trustmgr.lab import Lab
from ui.main_window import MainWindow
from ui.service import Service

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def window(mac: Machine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(clients, "_OF_SYSTEM", {sys.platform: clients._OF_SYSTEM["darwin"]})
    for others in ("_TABLE", "_OWN"):  # they read the stores of the machine that tests
        monkeypatch.setattr(clients, others, {})
    made = MainWindow(Service())
    qtbot.addWidget(made)
    made.show()
    made.begin_background_work()
    yield made
    made.stop_work()


def test_from_a_file_to_trusted_and_back(
    window: MainWindow, login: KeychainStore, qtbot: QtBot, lab: Lab
) -> None:
    before, wizard = state(login), wizard_of(window)
    pick(to_remedies(qtbot, window, lab.sites["good"].target), "import-file")
    wizard.next_button.click()
    review = at(qtbot, window, "review")
    review.take_file(str(lab.ca_file))
    qtbot.waitUntil(lambda: review.confirm is not None, timeout=30_000)
    assert "macOS asks for a password or Touch ID" in labels(review)
    assert state(login) == before
    review.confirm.source.setChecked(True)
    wizard.next_button.click()
    proof = at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: wizard.flow.after is not None, timeout=30_000)
    told = labels(proof)
    assert "macOS\nmacos.login + macos.system + macos.roots\nRefuses\nAccepts" in told
    wizard.next_button.click()
    done = at(qtbot, window, "done")
    assert state(login) != before
    done.undo_button.click()
    qtbot.waitUntil(lambda: "The change was undone" in labels(done), timeout=30_000)
    assert state(login) == before


def test_one_site_alone_is_the_narrowest_offer(
    window: MainWindow, mac: Machine, login: KeychainStore, qtbot: QtBot, lab: Lab
) -> None:
    before, wizard, target = state(login), wizard_of(window), lab.sites["good"].target
    host = target.partition(":")[0]
    alone = f"macos.login@{host}"
    pick(to_remedies(qtbot, window, target), "import-file")
    wizard.next_button.click()
    review = at(qtbot, window, "review")
    review.take_file(str(lab.ca_file))
    qtbot.waitUntil(lambda: review.confirm is not None, timeout=30_000)
    boxes = review.stores.boxes
    assert next(iter(boxes)) == alone
    assert review.stores.chosen() == ("macos.login",)
    qtbot.waitUntil(boxes[alone].isVisible)
    assert "For this one site. Only Safari and programs that leave" in labels(review.stores)
    boxes[alone].click()
    boxes["macos.login"].click()
    qtbot.waitUntil(
        lambda: (
            wizard.flow.plan is not None and [s.store for s in wizard.flow.plan.steps] == [alone]
        ),
        timeout=30_000,
    )
    assert f"trust settings, for {host} alone" in labels(review)
    review.confirm.source.setChecked(True)
    wizard.next_button.click()
    proof = at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: wizard.flow.after is not None, timeout=30_000)
    assert "Refuses\nAccepts" in labels(proof)
    (record,) = mac.domain("user").records.values()
    assert hosts(record) == (host,)
    wizard.next_button.click()
    done = at(qtbot, window, "done")
    done.undo_button.click()
    qtbot.waitUntil(lambda: "The change was undone" in labels(done), timeout=30_000)
    assert state(login) == before


def test_a_refusal_is_shown_and_leaves_nothing(
    window: MainWindow, mac: Machine, login: KeychainStore, qtbot: QtBot, lab: Lab
) -> None:
    before, wizard = state(login), wizard_of(window)
    pick(to_remedies(qtbot, window, lab.sites["good"].target), "import-file")
    wizard.next_button.click()
    review = at(qtbot, window, "review")
    review.take_file(str(lab.ca_file))
    qtbot.waitUntil(lambda: review.confirm is not None, timeout=30_000)
    mac.set(mood="no-screen")
    review.confirm.source.setChecked(True)
    wizard.next_button.click()
    qtbot.waitUntil(lambda: "no screen session" in labels(wizard), timeout=30_000)
    assert state(login) == before

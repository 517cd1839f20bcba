"""What is trusted here, and what was changed."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from platform_backends.base import SERVER_AUTH_ONLY, Entry, Operation, Origin, StoreUnavailable
from tests.making import make
from tests.ui.conftest import FakeService
from tests.ui.driving import apply, at, labels, to_review
from tests.ui.fake_engine import HOSTILE_SHOWN, FakeEngine, FakeStore, hostile_name
from trustmgr.remedy.change import Change, State
from trustmgr.remedy.drift import Again, Drift
from ui.main_window import MainWindow
from ui.stores.audit_dialog import AuditDialog
from ui.stores.change_dialog import ChangeDialog
from ui.stores.drift_dialog import DriftDialog
from ui.stores.model import StoresModel
from ui.stores.rows import Place, Row


def hold(engine: FakeEngine, *made: Any) -> None:
    for one in made:
        engine.user.held[one.sha256] = Entry(one.der, SERVER_AUTH_ONLY, Origin.THIS_PROGRAM)


def open_stores(qtbot: QtBot, window: MainWindow) -> Any:
    window.show_page(1)
    page: Any = window.page(1)
    qtbot.waitUntil(lambda: page._task is None)
    return page


def test_search_and_details(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    hostile = make("h", engine.root, subject=hostile_name(), names=("h.example",))
    hold(engine, engine.root, hostile)
    page = open_stores(qtbot, window)
    assert page.model.rowCount() == 2
    page.search.setText("bold")
    assert page.model.rowCount() == 1
    assert "<U+202E>" in page.model.data(page.model.index(0, 0))
    assert HOSTILE_SHOWN in labels(page.details)
    page.search.setText("no such thing")
    assert page.model.rowCount() == 0
    assert not page.remove_button.isEnabled()
    page.search.setText(engine.root_sha256)
    assert page.model.rowCount() == 1


def test_a_store_that_cannot_be_read_is_told(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    def broken() -> list[Entry]:
        raise StoreUnavailable("The file is damaged.", "Restore it.")

    engine.machine.entries = broken  # type: ignore[method-assign]
    page = open_stores(qtbot, window)
    assert "Cannot be read: System store. The file is damaged." in labels(page)


def test_removing_is_reviewed(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    hold(engine, engine.root)
    page = open_stores(qtbot, window)
    page.remove_button.click()
    dialog: Any = page.findChild(ChangeDialog)
    qtbot.waitUntil(lambda: dialog.plan is not None)
    assert not dialog.apply_button.isEnabled()
    assert "delete x.crt" in labels(dialog)
    dialog.reject()
    assert engine.trusted
    page.remove_button.click()
    dialog = page.findChildren(ChangeDialog)[-1]
    qtbot.waitUntil(lambda: dialog.plan is not None)
    dialog.sure.setChecked(True)
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: not engine.trusted)
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)


def test_one_row_for_each_certificate_and_one_column_for_each_store(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    hold(engine, engine.root)
    vendor = Entry(engine.sub.der, SERVER_AUTH_ONLY, Origin.VENDOR)
    engine.machine.held = {engine.root_sha256: engine.user.held[engine.root_sha256]}
    engine.machine.held[engine.sub.sha256] = vendor
    engine.user.held[engine.leaf.sha256] = Entry(engine.leaf.der, SERVER_AUTH_ONLY, Origin.USER)
    page = open_stores(qtbot, window)
    model = page.model
    assert (model.rowCount(), model.columnCount()) == (3, 4)
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(4)]
    assert heads == ["Name", "Expires", "Sandbox folder", "System store"]
    cells = {model.data(model.index(r, 0)): model.row(r).cells for r in range(3)}
    assert cells == {
        "Example Root CA": ("web sites · Trust Manager",) * 2,
        "Example Issuing CA": ("-", "web sites"),
        "! intranet.example": ("web sites · you", "-"),
    }
    mixed = Row(
        "X",
        "",
        "0",
        b"",
        (),
        "",
        {"a": Place("A", "", "you", ""), "b": Place("B", "", "vendor", "")},
    )
    assert mixed.removable == ("a",)
    reader = Place("Tool", "web sites", "vendor", "/etc/roots.pem", inherited=True)
    assert "reads /etc/roots.pem" in reader.words
    assert "added by" not in reader.words
    shipped = {"a": reader, "b": Place("B", "", "vendor", "")}
    assert replace(mixed, places=shipped).removable == ("b",)
    assert replace(mixed, places={"a": reader}).removable == ("a",)
    page.only_added.setChecked(True)
    assert model.rowCount() == 2
    page.only_inconsistent.setChecked(True)
    assert model.rowCount() == 1
    assert "is trusted by Sandbox folder, not by System store" in labels(page)


def test_several_stores_at_once_and_the_fingerprint_for_more_trust(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    hold(engine, engine.root)
    page = open_stores(qtbot, window)
    page.add_button.click()
    dialog: Any = page.findChildren(ChangeDialog)[-1]
    qtbot.waitUntil(lambda: dialog.stores is not None)
    dialog.stores.boxes[engine.machine.id].setChecked(True)
    qtbot.waitUntil(lambda: dialog.plan is not None and len(dialog.plan.steps) == 1)
    assert not dialog.apply_button.isEnabled()
    dialog.confirm.field.setText(engine.root_sha256)
    qtbot.waitUntil(dialog.apply_button.isEnabled)
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: engine.root_sha256 in engine.machine.held)
    qtbot.waitUntil(lambda: page._task is None and len(page.model.row(0).places) == 2)
    page.remove_button.click()
    dialog = page.findChildren(ChangeDialog)[-1]
    qtbot.waitUntil(lambda: dialog.plan is not None and len(dialog.plan.steps) == 2)
    dialog.sure.setChecked(True)
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: not engine.trusted)
    assert len(engine.applied) == 2


def test_a_store_that_fails_leaves_the_others_when_the_user_says_so_and_one_undo_takes_all_back(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    third = FakeStore("nss.user", "Browser")
    engine.stores = lambda: (engine.user, engine.machine, third)  # type: ignore[method-assign]
    hold(engine, engine.root)
    engine.machine.held = dict(engine.user.held)
    third.held = dict(engine.user.held)
    engine.locked = {engine.machine.id}
    page = open_stores(qtbot, window)
    page.remove_button.click()
    dialog: Any = page.findChild(ChangeDialog)
    qtbot.waitUntil(lambda: dialog.plan is not None and len(dialog.plan.steps) == 3)
    dialog.keep_going.setChecked(True)
    dialog.sure.setChecked(True)
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: "it is locked" in labels(dialog))
    assert engine.user.held == third.held == {}
    assert engine.trusted
    dialog.reject()
    window.show_page(2)
    history: Any = window.page(2)
    qtbot.waitUntil(history.undo_button.isEnabled)
    history.ask_undo()
    box = history.findChild(QMessageBox)
    next(b for b in box.buttons() if "all 2" in b.text()).click()
    qtbot.waitUntil(lambda: all(not change.undoable for change in engine.changes))


def test_the_audit_shows_cards_and_leads_to_the_review(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    foreign = make("Nobody\u202e Knows", ca=True)
    engine.user.held[foreign.sha256] = Entry(foreign.der, SERVER_AUTH_ONLY, Origin.ADMINISTRATOR)
    page = open_stores(qtbot, window)
    page.audit_button.click()
    audit: Any = page.findChild(AuditDialog)
    qtbot.waitUntil(lambda: "One thing needs attention" in labels(audit))
    assert "Nothing here says who added it" in labels(audit)
    assert "trustmgr remove" in labels(audit)
    assert "\u202e" not in labels(audit)
    next(b for b in audit.findChildren(QPushButton) if b.text() == "Remove…").click()
    dialog: Any = audit.findChild(ChangeDialog)
    qtbot.waitUntil(lambda: dialog.plan is not None)
    dialog.sure.setChecked(True)
    dialog.apply_button.click()
    qtbot.waitUntil(lambda: "Nothing needs attention" in labels(audit))
    assert engine.user.held == {}
    audit.reject()


def earlier(engine: FakeEngine) -> Change:
    return Change(
        1, "p", datetime.now(UTC), engine.user.id, engine.user.title, Operation.ADD,
        engine.root_sha256, "Example Root CA", engine.root.der, None, None, SERVER_AUTH_ONLY,
        False, State.DONE, "", "me",
    )  # fmt: skip


def test_what_no_longer_holds_is_offered_again_at_the_start(
    qtbot: QtBot, engine: FakeEngine
) -> None:
    engine.past = (earlier(engine),)
    window = MainWindow(FakeService(engine))
    qtbot.addWidget(window)
    window.show()
    window.begin_background_work()
    qtbot.waitUntil(lambda: "is no longer in Sandbox folder" in window.notice.said)
    next(b for b in window.notice.findChildren(QPushButton) if "gain" in b.text()).click()
    dialog: Any = window.findChild(DriftDialog)
    next(b for b in dialog.findChildren(QPushButton) if "again" in b.text()).click()
    review: Any = dialog.findChild(ChangeDialog)
    qtbot.waitUntil(lambda: review.plan is not None)
    assert "You confirmed this on" in labels(review)
    assert not review.apply_button.isEnabled()
    review.sure.setChecked(True)
    review.apply_button.click()
    qtbot.waitUntil(lambda: "Everything holds again" in labels(dialog))
    assert engine.trusted
    dialog.reject()
    window.stop_work()


def test_a_newcomer_can_be_left_out(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []
    monkeypatch.setattr(engine, "leave_out", lambda _, store: left.append(store), raising=False)
    stores = (engine.machine.id,)
    new = Drift(earlier(engine), "A profile is new.", Again.IMPORT, stores, newcomer=True)
    window.show_drift((new,))
    dialog: Any = window.findChild(DriftDialog)
    assert "A profile is new." in labels(dialog)
    next(b for b in dialog.findChildren(QPushButton) if "Leave" in b.text()).click()
    qtbot.waitUntil(lambda: "Everything holds again" in labels(dialog))
    assert left == list(stores)
    dialog.reject()


def row(number: int) -> Row:
    name = f"Certificate {number * 7919 % 10_000:05d}"
    return Row(
        name, "2030-01-01", f"{number:064x}", b"", ("web sites", "-"), name.lower(),
        added=number % 100 == 0,
    )  # fmt: skip


def test_ten_thousand_rows_search_and_sort(qtbot: QtBot) -> None:
    model = StoresModel()
    model.set_rows([row(number) for number in range(10_000)], ("One", "Two"))
    model.search("certificate 0999")
    assert model.rowCount() == 11  # 00999, and 09990 to 09999
    model.search("")
    model.sort(0)
    assert model.row(0).name == "Certificate 00000"
    begun = time.monotonic()
    for column in range(4):
        model.sort(column)
        model.only(added=True, inconsistent=False)
        assert model.rowCount() == 100
        model.only(added=False, inconsistent=False)
    assert time.monotonic() - begun < 2


def test_history_and_undo(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    window.show_page(2)
    page: Any = window.page(2)
    qtbot.waitUntil(lambda: "Nothing was changed yet" in labels(page))
    assert not page.undo_button.isEnabled()
    window.show_page(0)
    review = to_review(qtbot, window)
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    window.show_page(2)
    qtbot.waitUntil(page.undo_button.isEnabled)
    page.ask_undo()
    from PySide6.QtWidgets import QMessageBox

    box = page.findChild(QMessageBox)
    assert "Example Root CA" in box.text()
    next(b for b in box.buttons() if "Undo" in b.text()).click()
    qtbot.waitUntil(lambda: not engine.trusted)
    qtbot.waitUntil(lambda: page._task is None)
    assert not page.undo_button.isEnabled()


def test_the_systems_own_window_is_a_click_away(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    window.show_page(1)
    page: Any = window.page(1)
    qtbot.waitUntil(lambda: page._task is None)
    assert not page.console_button.isVisible()
    engine.user.held = {engine.root_sha256: Entry(engine.root.der, SERVER_AUTH_ONLY, Origin.USER)}
    engine.consoles = {engine.user.id: "certmgr.msc"}
    page.refresh()
    qtbot.waitUntil(page.console_button.isVisible)
    assert "certmgr.msc" in page.console_button.text()
    page.console_button.click()
    assert engine.called == [f"open_console {engine.user.id}"]

"""The flow from symptom to proof, with a fake engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from platform_backends.base import RightsMissing
from tests.ui.driving import (
    ADDRESS,
    apply,
    at,
    labels,
    pick,
    to_findings,
    to_remedies,
    to_review,
    type_symptom,
    wizard_of,
)
from tests.ui.fake_engine import FakeEngine
from tests.where import LIKE_A_TAG
from trustmgr.errors import UnreadableInput
from ui.main_window import MainWindow


def test_from_address_to_proof_and_undo(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    wizard = wizard_of(window)
    review = to_review(qtbot, window)
    assert not wizard.next_button.isEnabled()
    apply(qtbot, window, review, engine.root_sha256)
    proof = at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: wizard.flow.after is not None)
    assert engine.applied[0][1].fingerprint == engine.root_sha256
    text = labels(proof)
    assert "Refuses" in text
    assert "Accepts" in text
    wizard.next_button.click()
    done = at(qtbot, window, "done")
    assert done.undo_button is not None
    done.undo_button.click()
    qtbot.waitUntil(lambda: not engine.trusted)
    qtbot.waitUntil(lambda: "undone" in labels(done))
    wizard.next_button.click()
    assert wizard.current_name == "symptom"
    assert wizard.page("symptom").field.toPlainText() == ""


def test_before_is_asked_before_anything_is_applied(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    review = to_review(qtbot, window)
    apply(qtbot, window, review, engine.root_sha256)
    at(qtbot, window, "proof")
    assert engine.called.index("verify") < engine.called.index("apply")


def test_a_wrong_fingerprint_keeps_apply_shut(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    wizard = wizard_of(window)
    review = to_review(qtbot, window)
    assert review.confirm.field.text() == ""
    for wrong in ("00" * 32, engine.root_sha256[:-1], "", engine.root_sha256[:40], "hello"):
        review.confirm.field.setText(wrong)
        assert not wizard.next_button.isEnabled()
        review.advance()
    assert engine.applied == []
    review.confirm.field.setText("00" * 32)
    assert "NOT the certificate" in labels(review)


def test_the_fingerprint_on_the_review_page_cannot_be_copied(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    from PySide6.QtWidgets import QLabel, QPushButton

    review = to_review(qtbot, window)
    start = engine.root_sha256[:4].upper()
    shown = [found for found in review.findChildren(QLabel) if start in found.text()]
    assert shown
    selectable = Qt.TextInteractionFlag.TextSelectableByMouse
    assert not any(found.textInteractionFlags() & selectable for found in shown)
    assert not [b for b in review.findChildren(QPushButton) if "Copy" in b.text()]


def test_choosing_stores_plans_again(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    wizard = wizard_of(window)
    review = to_review(qtbot, window)
    assert review.stores.chosen() == (engine.user.id,)
    review.confirm.field.setText(engine.root_sha256)
    qtbot.waitUntil(wizard.next_button.isEnabled)
    review.stores.boxes[engine.machine.id].setChecked(True)
    assert not wizard.next_button.isEnabled()  # until the new plan is on the screen
    qtbot.waitUntil(wizard.next_button.isEnabled)
    assert len(wizard.flow.plan.steps) == 2
    assert "administrator's password" in labels(review)
    for box in review.stores.boxes.values():
        box.setChecked(False)
    assert not wizard.next_button.isEnabled()
    assert "at least one store" in labels(review)


def test_a_file_of_the_users_needs_no_fingerprint_but_a_word(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    wizard = wizard_of(window)
    path = tmp_path / f"ca {LIKE_A_TAG}.pem"
    path.write_bytes(engine.root.pem)
    pick(to_remedies(qtbot, window), "import-file")
    wizard.next_button.click()
    review = at(qtbot, window, "review")
    review.take_file(str(path))
    qtbot.waitUntil(lambda: review.confirm is not None)
    assert not wizard.next_button.isEnabled()
    review.confirm.source.setChecked(True)
    qtbot.waitUntil(wizard.next_button.isEnabled)
    wizard.next_button.click()
    at(qtbot, window, "proof")
    assert engine.applied[0][1].named_file


def test_a_file_that_is_no_certificate(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    path = tmp_path / "x.pem"
    path.write_bytes(b"no certificate at all")
    pick(to_remedies(qtbot, window), "import-file")
    wizard_of(window).next_button.click()
    review = at(qtbot, window, "review")
    review.take_file(str(path))
    qtbot.waitUntil(lambda: "No certificate could be read" in labels(review))


def test_a_remedy_for_others_ends_with_the_message_to_copy(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    from PySide6.QtWidgets import QPushButton

    wizard = wizard_of(window)
    remedies = to_remedies(qtbot, window)
    assert remedies.chosen.id == "ask"  # no risk comes first
    wizard.next_button.click()
    done = at(qtbot, window, "done")
    assert "Nothing was changed" in labels(done)
    copy = next(b for b in done.findChildren(QPushButton) if b.text() == "Copy")
    copy.click()
    assert QGuiApplication.clipboard().text().startswith("Dear owner")
    assert engine.applied == []


def test_a_trusted_site_leads_to_real_programs(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    from platform_backends.base import SERVER_AUTH_ONLY, Entry, Origin

    engine.user.held[engine.root_sha256] = Entry(
        engine.root.der, SERVER_AUTH_ONLY, Origin.THIS_PROGRAM
    )
    findings = to_findings(qtbot, window)
    assert "is trusted on this computer" in labels(findings)
    wizard_of(window).next_button.click()
    at(qtbot, window, "proof")


def test_error_text_is_explained_and_leads_to_the_site(qtbot: QtBot, window: MainWindow) -> None:
    wizard = wizard_of(window)
    type_symptom(
        window, "Could not establish trust relationship with authority 'intranet.example:8443'"
    )
    explained = at(qtbot, window, "explained")
    qtbot.waitUntil(lambda: wizard.flow.explanation is not None)
    assert explained.address.text() == ADDRESS
    wizard.next_button.click()
    at(qtbot, window, "findings")


def test_what_is_not_tls_shows_no_certificate_screen(qtbot: QtBot, window: MainWindow) -> None:
    wizard = wizard_of(window)
    type_symptom(window, "The trust relationship with the primary domain failed")
    explained = at(qtbot, window, "explained")
    qtbot.waitUntil(lambda: wizard.flow.explanation is not None)
    assert "domain account" in labels(explained)
    assert wizard.next_button.isHidden()


def test_an_unknown_message_says_so(qtbot: QtBot, window: MainWindow) -> None:
    type_symptom(window, "it does not work")
    explained = at(qtbot, window, "explained")
    qtbot.waitUntil(lambda: "not one that Trust Manager knows" in labels(explained))
    assert not wizard_of(window).next_button.isEnabled()
    explained.address.setText("intranet.example")
    assert wizard_of(window).next_button.isEnabled()


@pytest.mark.parametrize(
    "error", [UnreadableInput("No <b>such</b> thing.", "Try another."), ValueError("x")]
)
def test_a_failure_while_looking_is_said(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, error: Exception
) -> None:
    engine.fail["inspect"] = error
    type_symptom(window, ADDRESS)
    looking = at(qtbot, window, "looking")
    qtbot.waitUntil(lambda: looking.failed)
    assert str(getattr(error, "sentence", "mistake of its own")) in labels(looking)
    engine.fail.clear()
    wizard_of(window).next_button.click()
    at(qtbot, window, "findings")


def test_missing_rights_show_the_exact_command(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine
) -> None:
    engine.fail["apply"] = RightsMissing("Not allowed.", "Ask.", "sudo cp 'a b' /x")
    review = to_review(qtbot, window)
    apply(qtbot, window, review, engine.root_sha256)
    doing = at(qtbot, window, "doing")
    qtbot.waitUntil(lambda: "sudo cp 'a b' /x" in labels(doing))
    wizard_of(window).back_button.click()
    at(qtbot, window, "review")


def test_the_report_is_saved_as_text_and_json(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    to_remedies(qtbot, window)
    wizard_of(window).next_button.click()
    done = at(qtbot, window, "done")
    done.save_report(tmp_path / "report.txt")
    qtbot.waitUntil(lambda: "report was saved" in labels(done))
    assert "untrusted-root" in (tmp_path / "report.txt").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert document["schema"] == 1
    done.save_report(tmp_path / "missing" / "report.txt")
    qtbot.waitUntil(lambda: "could not be written" in labels(done))

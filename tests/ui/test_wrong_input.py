"""What users put into the field or choose by mistake, with the real engine on a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from tests.making import Made, chain, make
from tests.ui.driving import at, labels, pick, to_findings, to_remedies, type_symptom, wizard_of
from tests.where import LIKE_A_TAG
from trustmgr.lab import Lab
from ui.main_window import MainWindow
from ui.service import Service
from ui.wizard.password_card import PasswordCard

PASSWORD = "pass <b>word</b>"


@pytest.fixture
def real(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = MainWindow(Service(tmp_path / "store"))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop_work()


@pytest.fixture(scope="module")
def made() -> tuple[Made, Made, Made]:
    return chain("site.localhost")


def failed(qtbot: QtBot, window: MainWindow, text: str) -> str:
    type_symptom(window, text)
    looking = at(qtbot, window, "looking")
    qtbot.waitUntil(lambda: looking.failed, timeout=20_000)
    assert wizard_of(window).back_button.isEnabled()
    return labels(looking)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.crt", b"", "is empty"),
        ("x.pem", b"nothing \x00\xff of a certificate", "holds no certificate"),
        (f"{LIKE_A_TAG}x.pem", b"nothing", f"{LIKE_A_TAG}x.pem holds no certificate"),
    ],
)
def test_files_that_are_none(
    qtbot: QtBot, real: MainWindow, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert words in failed(qtbot, real, str(path))


def test_a_folder_that_was_dropped(qtbot: QtBot, real: MainWindow, tmp_path: Path) -> None:
    field = wizard_of(real).page("symptom").field
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    field.dropEvent(event)
    assert "is a folder, not a file" in failed(qtbot, real, field.toPlainText())


def test_a_private_key(
    qtbot: QtBot, real: MainWindow, tmp_path: Path, made: tuple[Made, Made, Made]
) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(made[0].key_pem)
    assert "is a private key" in failed(qtbot, real, str(path))
    wizard_of(real).start_over()
    assert "is a private key" in failed(qtbot, real, made[0].key_pem.decode())


def test_a_pasted_certificate_is_looked_at(
    qtbot: QtBot, real: MainWindow, made: tuple[Made, Made, Made]
) -> None:
    pasted = "".join(one.pem.decode() for one in made)
    findings = to_findings(qtbot, real, pasted)
    assert "The pasted certificate" in labels(findings)
    assert "an authority that this computer does not know" in labels(findings)


def test_nobody_listens(qtbot: QtBot, real: MainWindow) -> None:
    findings = to_findings(qtbot, real, "127.0.0.1:1")
    assert "This site could not be reached" in labels(findings)


def test_a_site_that_never_answers_can_be_left_at_once(
    qtbot: QtBot, real: MainWindow, lab: Lab
) -> None:
    type_symptom(real, lab.sites["never-answers"].target)
    looking = at(qtbot, real, "looking")
    qtbot.waitUntil(lambda: "never-answers" in labels(looking))
    assert looking.bar.isVisible()
    wizard_of(real).cancel_button.click()
    at(qtbot, real, "symptom")
    qtbot.waitUntil(lambda: not real._runner.busy, timeout=3000)  # long before the timeout
    assert real.context.service.engine.history() == ()


@pytest.fixture
def locked(tmp_path: Path, made: tuple[Made, Made, Made]) -> Path:
    path = tmp_path / "locked.p12"
    root = x509.load_der_x509_certificate(made[2].der)
    lock = BestAvailableEncryption(PASSWORD.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", None, None, [root], lock))
    return path


def give(page: Any, password: str) -> None:
    card = page.findChild(PasswordCard)
    card.field.setText(password)
    card.field.returnPressed.emit()


def test_a_locked_file_asks_for_its_password(qtbot: QtBot, real: MainWindow, locked: Path) -> None:
    assert "locked with a password" in failed(qtbot, real, str(locked))
    looking = wizard_of(real).page("looking")
    give(looking, "wrong")
    qtbot.waitUntil(lambda: "password does not open" in labels(looking))
    wizard_of(real).next_button.click()
    qtbot.waitUntil(lambda: looking.findChild(PasswordCard) is not None)
    give(looking, PASSWORD)
    at(qtbot, real, "findings")


def to_file(qtbot: QtBot, window: MainWindow, lab: Lab) -> Any:
    pick(to_remedies(qtbot, window, lab.sites["good"].target), "import-file")
    wizard_of(window).next_button.click()
    return at(qtbot, window, "review")


def test_a_locked_file_to_import(qtbot: QtBot, real: MainWindow, lab: Lab, locked: Path) -> None:
    review = to_file(qtbot, real, lab)
    review.take_file(str(locked))
    qtbot.waitUntil(lambda: review.findChild(PasswordCard) is not None)
    give(review, PASSWORD)
    qtbot.waitUntil(lambda: review.confirm is not None, timeout=20_000)


def test_the_wrong_authority_is_said(
    qtbot: QtBot, real: MainWindow, lab: Lab, tmp_path: Path, made: tuple[Made, Made, Made]
) -> None:
    review = to_file(qtbot, real, lab)
    wrong = tmp_path / "wrong.pem"
    wrong.write_bytes(made[2].pem)
    review.take_file(str(wrong))
    qtbot.waitUntil(lambda: "will not make the site trusted" in labels(review), timeout=20_000)
    wizard_of(real).back_button.click()
    wizard_of(real).next_button.click()
    review.take_file(str(lab.ca_file))
    qtbot.waitUntil(lambda: review.confirm is not None, timeout=20_000)
    assert "will not make the site trusted" not in labels(review)


def test_a_long_name_widens_no_page(qtbot: QtBot, real: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "long.pem"
    path.write_bytes(make("x" * 64, ca=True, subject=long_name()).pem)
    real.resize(900, 620)
    findings = to_findings(qtbot, real, str(path))
    scroll = findings._scroll
    assert scroll.widget().width() <= scroll.viewport().width()


def long_name() -> x509.Name:
    oid = x509.NameOID.ORGANIZATION_NAME
    return x509.Name([x509.NameAttribute(oid, "W" * 64) for _ in range(8)])

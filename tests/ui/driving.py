"""Moves through the wizard as a user would."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.certificate.fingerprint import grouped
from ui.main_window import MainWindow

ADDRESS = "intranet.example:8443"


def wizard_of(window: MainWindow) -> Any:
    return window.page(0)


def at(qtbot: QtBot, window: MainWindow, name: str) -> Any:
    wizard = wizard_of(window)
    qtbot.waitUntil(lambda: wizard.current_name == name, timeout=20_000)
    settle()
    return wizard.page(name)


def settle() -> None:
    """Let Qt show and place what was just built: arrows and Tab go by what is seen. (Each turn
    of the event loop may ask for another: showing, placing, then the same inside.)"""
    for _ in range(5):
        QApplication.processEvents()


def type_symptom(window: MainWindow, text: str) -> None:
    wizard = wizard_of(window)
    wizard.page("symptom").field.setPlainText(text)
    wizard.next_button.click()


def to_findings(qtbot: QtBot, window: MainWindow, address: str = ADDRESS) -> Any:
    type_symptom(window, address)
    return at(qtbot, window, "findings")


def to_remedies(qtbot: QtBot, window: MainWindow, address: str = ADDRESS) -> Any:
    to_findings(qtbot, window, address)
    wizard_of(window).next_button.click()
    return at(qtbot, window, "remedies")


def pick(remedies: Any, action: str | None) -> None:
    for index, card in enumerate(remedies.cards):
        if card.remedy.action == action:
            remedies.choose(index)
            return
    raise AssertionError(f"no remedy with action {action!r}")


def to_review(qtbot: QtBot, window: MainWindow, address: str = ADDRESS) -> Any:
    pick(to_remedies(qtbot, window, address), "import-certificate")
    wizard_of(window).next_button.click()
    review = at(qtbot, window, "review")
    qtbot.waitUntil(lambda: review.confirm is not None, timeout=20_000)
    return review


def apply(qtbot: QtBot, window: MainWindow, review: Any, sha256: str) -> None:
    review.confirm.field.setText(grouped(sha256).replace("\n", " "))
    wizard = wizard_of(window)
    assert wizard.next_button.isEnabled()
    wizard.next_button.click()


def labels(widget: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(found.text() for found in widget.findChildren(QLabel))

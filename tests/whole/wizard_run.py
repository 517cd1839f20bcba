"""The window driven on the machine's own store, in a process and a mount namespace of its own.

    python -m tests.whole.wizard_run by_fingerprint|by_file|cancelled

The namespace ends with the process: Qt's idle threads would keep a test from leaving it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import Any

from tests.contract.namespace import STORE, NamespaceRefused, private_mounts, snapshot
from tests.ui.driving import apply, at, labels, pick, to_remedies, to_review, wizard_of
from trustmgr.lab import Lab, Site, running_lab
from ui.main_window import MainWindow
from ui.service import Service

#: Exit code of a process that got no namespace.
REFUSED = 77
_PYTHON = (
    "import ssl, socket, sys; h, p = sys.argv[1].split(':');"
    "s = socket.create_connection(('127.0.0.1', int(p)), 20);"
    "ssl.create_default_context().wrap_socket(s, server_hostname=h)"
)


class Waiting:
    """As much of pytest-qt's bot as driving needs."""

    def waitUntil(  # noqa: N802 - the name is that of pytest-qt
        self, condition: Callable[[], bool], timeout: int = 60_000
    ) -> None:
        """Let the window work until it got there. `timeout` in milliseconds."""
        from tests.ui.shots import wait

        wait(condition, timeout / 1000)


BOT: Any = Waiting()


def accepted_by(site: Site) -> tuple[bool, bool]:
    """Whether curl and Python with the system's store accept it, asked apart from the program."""
    curl = ["curl", "-sS", "-o", os.devnull, "--max-time", "20", f"https://{site.target}/"]
    python = [shutil.which("python3", path="/usr/bin") or sys.executable, "-c", _PYTHON]
    answers = [
        subprocess.run(words, capture_output=True, check=False).returncode == 0
        for words in (curl, [*python, site.target])
    ]
    return answers[0], answers[1]


def to_done(window: MainWindow) -> Any:
    """Through the proof to the last page."""
    wizard = wizard_of(window)
    proof = at(BOT, window, "proof")
    BOT.waitUntil(lambda: wizard.flow.after is not None)
    assert "Refuses" in labels(proof), "before"
    assert "programs that were asked accept the site" in labels(proof)
    assert "System certificates" in labels(proof)
    wizard.next_button.click()
    return at(BOT, window, "done")


def to_file_review(window: MainWindow, lab: Lab) -> Any:
    """With the file that the lab's administrator hands out."""
    pick(to_remedies(BOT, window, lab.sites["good"].target), "import-file")
    wizard_of(window).next_button.click()
    review = at(BOT, window, "review")
    review.take_file(str(lab.ca_file))
    BOT.waitUntil(lambda: review.confirm is not None)
    return review


def by_fingerprint(window: MainWindow, lab: Lab) -> None:
    """A CA that the site sent, and undo from the last page."""
    good, before = lab.sites["good"], snapshot(*STORE)
    assert accepted_by(good) == (False, False)
    review = to_review(BOT, window, lab.sites["root-included"].target)
    assert "update-ca-certificates" in labels(review)
    assert snapshot(*STORE) == before, "looking and planning changed something"
    apply(BOT, window, review, review.confirm.field.expected)
    done = to_done(window)
    assert accepted_by(good) == (True, True)
    done.undo_button.click()
    BOT.waitUntil(lambda: "The change was undone" in labels(done))
    assert snapshot(*STORE) == before
    assert accepted_by(good) == (False, False)
    assert not any(change.undoable for change in window.context.service.engine.history())


def by_file(window: MainWindow, lab: Lab) -> None:
    """A CA from a file, the site looked at again, and undo from the history."""
    good, wizard, before = lab.sites["good"], wizard_of(window), snapshot(*STORE)
    review = to_file_review(window, lab)
    review.confirm.source.setChecked(True)
    wizard.next_button.click()
    to_done(window)
    assert accepted_by(good) == (True, True)
    changed = snapshot(*STORE)
    wizard.next_button.click()
    wizard.page("symptom").field.setPlainText(good.target)
    wizard.next_button.click()
    findings = at(BOT, window, "findings")
    assert "This site is trusted on this computer" in labels(findings)
    assert snapshot(*STORE) == changed
    window.show_page(2)
    history: Any = window.page(2)
    BOT.waitUntil(lambda: history._task is None)
    history.undo(history.current.id)
    BOT.waitUntil(lambda: not history._undoing)
    assert snapshot(*STORE) == before
    assert accepted_by(good) == (False, False)


def cancelled(window: MainWindow, lab: Lab) -> None:
    """Cancel on the review leaves nothing behind."""
    before = snapshot(*STORE)
    to_file_review(window, lab)
    wizard_of(window).cancel_button.click()
    at(BOT, window, "symptom")
    assert window.context.service.engine.history() == ()
    assert snapshot(*STORE) == before
    BOT.waitUntil(lambda: not window._runner.busy)


SCENARIOS = {made.__name__: made for made in (by_fingerprint, by_file, cancelled)}


def main() -> int:
    """0, or 1 with what went wrong on stderr."""
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    try:
        with running_lab() as lab:
            window = MainWindow(Service())
            window.show()
            window.begin_background_work()
            SCENARIOS[sys.argv[1]](window, lab)
            window.stop_work()
    except Exception:
        traceback.print_exc()
        return 1
    del application
    return 0


if __name__ == "__main__":
    try:
        with private_mounts():
            code = main()
            sys.stderr.flush()
            os._exit(code)
    except NamespaceRefused as refused:
        sys.stderr.write(str(refused))
        sys.exit(REFUSED)

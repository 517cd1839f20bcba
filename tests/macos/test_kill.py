"""Killed at every moment of a change: what is left can be settled, and the journal's owner can go on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, Trust
from platform_backends.discovery import open_store
from platform_backends.macos import KeychainStore
from tests.contract.killing import count_steps, killed_at
from tests.contract.store_contract import found
from tests.macos.machine import Machine, state
from tests.making import Made, make
from trustmgr import cli
from trustmgr.engine import Engine

DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


def change(operation: str, made: Made, identity: str = "macos.login") -> None:
    store = open_store(identity)
    match operation:
        case "add":
            store.add(made.der, SERVER_AUTH_ONLY)
        case "remove":
            store.remove(made.sha256)
        case _:
            store.set_trust(made.sha256, DISTRUSTED)


@pytest.mark.parametrize(
    ("operation", "identity"),
    [
        ("add", "macos.login"),
        ("remove", "macos.login"),
        ("distrust", "macos.login"),
        ("add", "macos.login@a.example"),
    ],
)
def test_killed_at_every_step_it_is_settled(
    mac: Machine, login: KeychainStore, root: Made, operation: str, identity: str
) -> None:
    other = make("Other", ca=True)
    login.add(other.der, SERVER_AUTH_ONLY)
    if operation != "add":
        login.add(root.der, SERVER_AUTH_ONLY)
    before = state(login)
    moments = count_steps(lambda: change(operation, root, identity))
    back = {"add": "remove", "remove": "add", "distrust": "trust"}[operation]

    def restore() -> None:
        if back == "trust":
            login.set_trust(root.sha256, SERVER_AUTH_ONLY)
        else:
            change(back, root, identity)

    restore()
    assert state(login) == before
    written = [i for i, m in enumerate(moments) if m.startswith(("renamed", "unlinked"))]
    counts = written[-1] if operation == "add" else written[0]  # what takes trust away is finished
    for moment in range(len(moments)):
        killed_at(moment, lambda: change(operation, root, identity))
        login.settle()
        assert (state(login) == before) is (moment < counts), moments[moment]
        restore()  # done, or undone already: both are idempotent
        assert state(login) == before, moments[moment]
        assert login.settle() is False


def test_a_question_outlives_the_program_and_nobody_looks_meanwhile(
    mac: Machine, login: KeychainStore, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`security` inherits the lock: the certificate is not taken out under the open dialog."""
    mac.set(mood="hang")
    child: Any = multiprocessing.get_context("fork").Process(target=change, args=("add", root))
    child.start()
    while not found(login, root):
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGKILL)
    child.join(30)
    monkeypatch.setattr("platform_backends.macos.changes.ASKING", -29.0)
    with pytest.raises(Exception, match="Another program has been changing"):
        login.settle()
    assert len(found(login, root)) == 1
    _end_hanging(mac)
    mac.set(mood="")
    monkeypatch.undo()


def _end_hanging(mac: Machine) -> None:
    """The user closes the dialog: the stand-in, which says where it is, ends."""
    os.kill(int((mac.folder / "hanging").read_text()), signal.SIGKILL)


def import_(file: str) -> None:
    assert cli.main(["import", file, "--yes", "--json"]) == 0


def test_an_import_that_was_killed_is_rolled_back_at_the_next_start(
    mac: Machine,
    login: KeychainStore,
    root: Made,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The journal and the store agree, at some moments of the whole way."""
    file = tmp_path / "ca.pem"
    file.write_bytes(root.pem)
    before = state(login)
    moments = count_steps(lambda: import_(str(file)))
    assert cli.main(["undo"]) == 0
    asked = next(i for i, name in enumerate(moments) if name == "after add-trusted-cert")
    for moment in (0, asked - 1, asked, len(moments) - 1):
        killed_at(moment, lambda: import_(str(file)))
        assert any("rolled back" in sentence for sentence in Engine().recover()), moments[moment]
        assert state(login) == before, moments[moment]
    capfd.readouterr()

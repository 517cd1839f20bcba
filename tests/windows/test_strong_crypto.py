"""The .NET Framework's values in the registry: shown, set, and brought back exactly."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from platform_backends import elevation, rights, steps
from platform_backends.base import (
    NotOurs,
    Operation,
    Origin,
    StoreError,
    StoreUnavailable,
    Trust,
    WriteFailed,
)
from platform_backends.discovery import all_stores, open_store
from platform_backends.elevation.request import BadRequest, Request
from tests.cli.running import trustmgr
from tests.making import make
from tests.ui.driving import at, labels, type_symptom
from tests.windows.own import python, require, under_wine
from trustmgr.engine import Engine
from trustmgr.errors import ConfirmationNeeded
from trustmgr.plan import Confirmation

if sys.platform != "win32":
    pytest.skip("of Windows: its registry", allow_module_level=True)

import winreg

from platform_backends.locks import locked_by_name
from platform_backends.windows import strong_crypto
from platform_backends.windows.strong_crypto import KEYS, StrongCrypto

NAME = "dotnet-strong-crypto"
V4 = [key for key in KEYS if key.endswith("v4.0.30319")]
STRONG, DEFAULTS = "SchUseStrongCrypto", "SystemDefaultTlsVersions"
KILLED = 9
DOCUMENT = StrongCrypto.document
State = dict[tuple[str, str], tuple[object, int]]


def state() -> State:
    """Every value below the framework's keys, and what this program keeps."""
    found: State = {}
    for path in (*KEYS, strong_crypto._BEFORE):
        try:
            key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _below(path))
        except OSError:
            continue
        with key:
            for at in range(winreg.QueryInfoKey(key)[1]):
                name, data, kind = winreg.EnumValue(key, at)
                found[path, name] = (data, kind)
    return found


def _below(path: str) -> str:
    return path.removeprefix("HKEY_LOCAL_MACHINE\\")


def put(path: str, name: str, data: object, kind: int = winreg.REG_DWORD) -> None:
    with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, _below(path), 0, winreg.KEY_WRITE) as key:
        winreg.SetValueEx(key, name, 0, kind, data)  # type: ignore[arg-type]


def take(path: str, name: str) -> None:
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _below(path), 0, winreg.KEY_WRITE) as key:
        winreg.DeleteValue(key, name)


@pytest.fixture(autouse=True)
def before() -> Iterator[State]:
    """Version 4 for both widths, with values of somebody's; as it was afterwards."""
    require("windows.machine.root")
    if not under_wine():
        pytest.skip("of Windows: the settings of somebody's computer are not for tests")
    with locked_by_name("tests-of-windows", "the registry", 600):
        for path in KEYS:
            for name in (STRONG, DEFAULTS):
                if (path, name) in state():
                    take(path, name)
        put(V4[0], STRONG, 0)
        put(V4[0], "Somebody's", "else", winreg.REG_SZ)
        put(V4[0], DEFAULTS, "odd %PATH%", winreg.REG_EXPAND_SZ)
        put(V4[1], DEFAULTS, 1)
        yield state()
        for path, name in state():
            take(path, name)


def is_set() -> bool:
    now = state()
    return all(now.get((path, name)) == (1, winreg.REG_DWORD) for path in V4 for name in (STRONG, DEFAULTS))  # fmt: skip


def test_by_commands(before: State) -> None:
    (listed,) = trustmgr("setting", "--json").json["settings"]
    assert (listed["name"], listed["state"]) == (NAME, "not set")
    shown = trustmgr("setting", NAME, "--dry-run")
    assert shown.code == 0
    assert f"{V4[0]}, value {STRONG}: 0 -> 1" in shown.out
    assert f"{V4[1]}, value {STRONG}: not there -> 1" in shown.out
    assert f"{V4[1]}, value {DEFAULTS}" not in shown.out
    refused = trustmgr("setting", NAME)
    assert (refused.code, state()) == (4, before)
    done = trustmgr("setting", NAME, "--yes")
    assert (done.code, done.err) == (0, "")
    assert is_set()
    (change,) = trustmgr("history", "--json").json["changes"]
    assert (change["store"], change["state"]) == (StrongCrypto.id, "done")
    assert change["subject"].startswith("Current versions of TLS")
    again = trustmgr("setting", NAME, "--yes")
    assert (again.code, "already set" in again.out) == (0, True)
    assert trustmgr("undo", "--last").code == 0
    assert state() == before


MESSAGE = "The request was aborted: Could not create SSL/TLS secure channel."


def test_a_message_leads_there() -> None:
    assert f"$ trustmgr setting {NAME}" in trustmgr("explain", MESSAGE).out
    assert "trustmgr setting" not in trustmgr("explain", "ERR_SSL_VERSION_OR_CIPHER_MISMATCH").out


def test_in_the_window_from_the_message_to_undo(qtbot: QtBot, before: State) -> None:
    from ui.main_window import MainWindow
    from ui.service import Service
    from ui.stores.change_dialog import ChangeDialog

    window = MainWindow(Service())
    qtbot.addWidget(window)
    window.show()
    type_symptom(window, MESSAGE)
    page: Any = at(qtbot, window, "explained")
    qtbot.waitUntil(lambda: hasattr(page, "review_setting"), timeout=60_000)
    page.review_setting.click()
    dialog: Any = page.findChild(ChangeDialog)
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=60_000)
    assert f"{V4[0]}, value {STRONG}: 0 -> 1" in labels(dialog)
    assert not dialog.apply_button.isEnabled()
    assert state() == before
    dialog.sure.setChecked(True)
    dialog.apply_button.click()
    qtbot.waitUntil(is_set, timeout=60_000)
    window.show_page(2)
    history: Any = window.page(2)
    qtbot.waitUntil(history.undo_button.isEnabled, timeout=60_000)
    assert "Current versions of TLS" in history.current.subject
    history.undo(history.current.id)
    qtbot.waitUntil(lambda: state() == before, timeout=60_000)
    window.stop_work()


def test_off_brings_back_what_was_there(before: State) -> None:
    assert trustmgr("setting", NAME, "--yes").code == 0
    assert trustmgr("setting", NAME, "--off", "--yes").code == 0
    assert state() == before
    assert "not set" in trustmgr("setting", NAME, "--off", "--yes").out


def test_without_consent_nothing_is_set(before: State) -> None:
    engine = Engine()
    with pytest.raises(ConfirmationNeeded):
        engine.apply(engine.plan_setting(NAME), Confirmation(named_file=True))
    assert state() == before


def test_drift_is_told() -> None:
    engine = Engine()
    engine.apply(engine.plan_setting(NAME), Confirmation(consent=True))
    assert engine.check() == ()
    put(V4[0], STRONG, 0)
    answer = trustmgr("check", "--json")
    assert answer.code == 1
    (drift,) = answer.json["drifted"]
    assert drift["command"].endswith(f"setting {StrongCrypto.id}")
    assert trustmgr("setting", StrongCrypto.id, "--yes").code == 0
    assert engine.check() == ()


def test_what_somebody_has_set_since_stays(before: State) -> None:
    store = StrongCrypto()
    store.add(store.document, Trust())
    put(V4[1], STRONG, 0)
    store.remove("")
    assert state() == {**before, (V4[1], STRONG): (0, winreg.REG_DWORD)}


def test_what_somebody_has_decided_between_two_times_comes_back(before: State) -> None:
    store = StrongCrypto()
    store.add(store.document, Trust())
    put(V4[1], STRONG, 7)
    store.add(store.document, Trust())
    assert is_set()
    store.remove("")
    assert state() == {**before, (V4[1], STRONG): (7, winreg.REG_DWORD)}


def test_a_damaged_note_is_told_and_changes_nothing(before: State) -> None:
    put(strong_crypto._BEFORE, StrongCrypto.id, b"[[1]", winreg.REG_BINARY)
    damaged = state()
    for change in (
        lambda: StrongCrypto().remove(""),
        lambda: StrongCrypto().add(DOCUMENT, Trust()),
    ):
        with pytest.raises(StoreUnavailable):
            change()
    assert state() == damaged


def test_what_others_have_set_is_not_taken_back() -> None:
    for path in V4:
        for name in (STRONG, DEFAULTS):
            put(path, name, 1)
    (entry,) = StrongCrypto().entries()
    assert entry.origin is Origin.ADMINISTRATOR
    with pytest.raises(NotOurs):
        StrongCrypto().remove(entry.sha256)


def test_only_installed_versions_are_touched() -> None:
    store = StrongCrypto()
    store.add(store.document, Trust())
    assert {path for path, _ in state()} <= {*V4, strong_crypto._BEFORE}


def test_a_write_that_fails_leaves_everything(
    before: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []

    def fail(name: str) -> None:
        passed.append(name)
        if passed.count("value set") == 2:
            raise OSError(5, "no")

    monkeypatch.setattr(steps, "reached", fail)
    store = StrongCrypto()
    with pytest.raises(WriteFailed):
        store.add(store.document, Trust())
    now = state()
    now.pop((strong_crypto._BEFORE, StrongCrypto.id))
    assert now == before


@pytest.mark.parametrize("operation", ["add", "remove"])
def test_killed_at_every_step(before: State, operation: str) -> None:
    """What is left can be completed, and brought back."""
    store = StrongCrypto()
    script = (
        "import os, sys; from platform_backends import steps; from platform_backends.base import Trust; "
        "from platform_backends.windows.strong_crypto import StrongCrypto; left = [int(sys.argv[1])]\n"
        "def reached(name):\n"
        "    left[0] -= 1\n"
        "    left[0] < 0 and os._exit(9)\n"
        "steps.reached = reached; store = StrongCrypto(); "
        "store.add(store.document, Trust()) if sys.argv[2] == 'add' else store.remove('')"
    )
    moment, killed = 0, True
    while killed:
        if operation == "remove":
            store.add(store.document, Trust())
        done = python(script, str(moment), operation)
        assert done.returncode in (0, KILLED), done.stdout
        killed = done.returncode == KILLED
        moment += killed
        store.add(store.document, Trust())
        assert is_set()
        store.remove("")
        assert state() == before
    assert moment >= 3


def test_the_helper_sets_it(before: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "is_administrator", lambda: False)
    engine = Engine()
    plan = engine.plan_setting(NAME)
    assert plan.steps[0].privilege.value == "administrator"
    engine.apply(plan, Confirmation(consent=True))
    assert is_set()
    engine.undo()
    assert state() == before


def test_the_helper_sets_nothing_else(before: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "is_administrator", lambda: False)
    store, made = StrongCrypto(), make("Root", ca=True)
    for identity, der in ((store.id, made.der), ("windows.setting.other", store.document)):
        with pytest.raises(BadRequest):
            elevation.perform(store, Request(Operation.ADD, identity, made.sha256, der))
    assert state() == before


def test_a_setting_is_no_store_of_certificates() -> None:
    assert StrongCrypto.id not in [store.id for store in all_stores()]
    made = make("Root", ca=True)
    with pytest.raises(StoreError):
        open_store(StrongCrypto.id).add(made.der, Trust())

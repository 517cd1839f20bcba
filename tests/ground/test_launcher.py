"""Asking for rights, with programs that behave as pkexec(1) and sudo(8) say they do."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Entry,
    NotOurs,
    Operation,
    Privilege,
    RefusedByUser,
    RightsMissing,
    StoreError,
    WriteFailed,
)
from platform_backends.elevation import Request, launcher, perform
from platform_backends.folder import FolderStore
from tests.making import make

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux: pkexec and sudo")

MADE = make("Launched", ca=True)
REQUEST = Request(Operation.ADD, "linux.ca-certificates", MADE.sha256, MADE.der, SERVER_AUTH_ONLY)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class NeedsRights(FolderStore):
    privilege = Privilege.ADMINISTRATOR

    def entries(self) -> Sequence[Entry]:
        raise AssertionError("only the helper may touch it")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> NeedsRights:
    return NeedsRights(tmp_path / "store")


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")


def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())


OTHER_STORE = "echo '{\"changed\": true}'"


def test_with_rights_enough_nothing_is_started(tmp_path: Path, programs: Path) -> None:
    store = FolderStore(tmp_path / "own")
    assert perform(store, REQUEST) is True
    assert perform(store, REQUEST) is False
    assert perform(store, Request(Operation.REMOVE, store.id, MADE.sha256)) is True


@pytest.mark.parametrize(
    ("name", "script", "error"),
    [
        ("pkexec", "exit 126", RefusedByUser),
        ("pkexec", "echo 'Error executing command as another user' >&2; exit 127", RightsMissing),
        ("pkexec", "exit 3", RightsMissing),
        ("sudo", "echo 'sudo: 3 incorrect password attempts' >&2; exit 1", RefusedByUser),
        ("sudo", "echo 'u is not in the sudoers file.' >&2; exit 1", RightsMissing),
        ("sudo", "echo 'Sorry, user u may not run sudo on host.' >&2; exit 1", RightsMissing),
        ("sudo", "kill -INT $$", RefusedByUser),
        ("sudo", "exit 42", RightsMissing),
        ("pkexec", "echo nonsense; exit 0", WriteFailed),
        ("sudo", "echo; kill -KILL $$", WriteFailed),  # the helper had begun
        ("pkexec", "echo; exit 126", WriteFailed),
        (
            "pkexec",
            'echo \'{"error": "NotOurs", "sentence": "S.", "next_step": "N."}\'; exit 1',
            NotOurs,
        ),
        ("sudo", 'echo \'{"error": "KeyError", "sentence": "S."}\'; exit 1', StoreError),
        (
            "sudo",
            'echo \'{"error": "WriteFailed", "sentence": "S.", "rolled_back": false}\'; exit 1',
            WriteFailed,
        ),
    ],
)
def test_exit_codes_become_errors(
    programs: Path,
    store: NeedsRights,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    script: str,
    error: type[StoreError],
) -> None:
    program(programs, name, script)
    (desktop if name == "pkexec" else terminal)(monkeypatch)
    with pytest.raises(error) as caught:
        perform(store, REQUEST, command="sudo trustmgr import x")
    assert type(caught.value) is error
    if isinstance(caught.value, RightsMissing):
        assert caught.value.command == "sudo trustmgr import x"
        assert caught.value.command in caught.value.next_step
    if isinstance(caught.value, WriteFailed):
        assert caught.value.rolled_back is False


def test_the_helper_gets_the_request_and_its_answer_is_believed(
    programs: Path, store: NeedsRights, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(
        programs, "sudo", f'/bin/cat > {tmp_path}/got; echo "$@" > {tmp_path}/argv; {OTHER_STORE}'
    )
    terminal(monkeypatch)
    assert perform(store, REQUEST) is True
    assert Request.from_json((tmp_path / "got").read_bytes()) == REQUEST
    argv = (tmp_path / "argv").read_text().split()
    assert argv == ["--", *launcher.helper_command()]


def test_the_real_helper_behind_a_program_that_grants_everything(
    programs: Path, store: NeedsRights, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs, "pkexec", 'exec "$@"')
    desktop(monkeypatch)
    wrong = Request(Operation.ADD, "folder:/x", MADE.sha256, MADE.der, SERVER_AUTH_ONLY)
    with pytest.raises(StoreError) as caught:
        perform(store, wrong)
    assert "does not change the store" in caught.value.sentence


def test_the_desktop_comes_first_and_sudo_helps_where_polkit_cannot(
    programs: Path, store: NeedsRights, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs, "pkexec", "exit 127")
    program(programs, "sudo", OTHER_STORE)
    desktop(monkeypatch)
    terminal(monkeypatch)
    assert [way for way, _ in launcher.ways()] == ["pkexec", "sudo"]
    assert perform(store, REQUEST) is True


def test_who_declines_is_not_asked_again(
    programs: Path, store: NeedsRights, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs, "pkexec", "exit 126")
    program(programs, "sudo", OTHER_STORE)
    desktop(monkeypatch)
    terminal(monkeypatch)
    with pytest.raises(RefusedByUser):
        perform(store, REQUEST)


def test_without_any_way_the_command_is_told(programs: Path, store: NeedsRights) -> None:
    command = "sudo trustmgr import x"
    with pytest.raises(RightsMissing) as caught:
        perform(store, REQUEST, command=command)
    assert caught.value.command == command
    assert command in caught.value.next_step


@pytest.mark.parametrize("name", ["sudo", "pkexec"])
def test_after_control_c_the_helper_has_the_last_word(
    programs: Path, store: NeedsRights, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    program(programs, name, f"/bin/sleep 1; {OTHER_STORE}")
    (desktop if name == "pkexec" else terminal)(monkeypatch)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert perform(store, REQUEST) is True

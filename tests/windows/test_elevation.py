"""The helper started through ShellExecuteExW. Wine asks nobody; what Windows would say is put in."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence

import pytest

from platform_backends import elevation, rights
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    NotOurs,
    Operation,
    Privilege,
    RefusedByUser,
    RightsMissing,
    TrustNotSupported,
    WriteFailed,
)
from platform_backends.discovery import open_store
from platform_backends.elevation import pipe, runas
from platform_backends.elevation.request import BadRequest, Request
from platform_backends.windows import WindowsStore
from tests.making import Made, make
from tests.windows.own import require, under_wine

if sys.platform != "win32":
    pytest.skip("of Windows: UAC", allow_module_level=True)

MACHINE = "windows.machine.root"


@pytest.fixture
def store(stores_as_before: object, monkeypatch: pytest.MonkeyPatch) -> WindowsStore:
    """This process has no rights; the helper has."""
    require(MACHINE)
    if not under_wine():
        pytest.skip("of Windows: UAC waits for somebody's consent")
    monkeypatch.setattr(rights, "is_administrator", lambda: False)
    found = open_store(MACHINE)
    assert isinstance(found, WindowsStore)
    assert found.privilege is Privilege.ADMINISTRATOR
    return found


def add(made: Made) -> Request:
    return Request(Operation.ADD, MACHINE, made.sha256, made.der, SERVER_AUTH_ONLY)


def holds(store: WindowsStore, made: Made) -> bool:
    return any(entry.sha256 == made.sha256 for entry in store.entries())


def test_the_helper_does_it_and_takes_it_back(store: WindowsStore) -> None:
    made = make("Größe Root", ca=True)
    assert elevation.perform(store, add(made)) is True
    assert holds(store, made)
    assert elevation.perform(store, add(made)) is False
    assert elevation.perform(store, Request(Operation.REMOVE, MACHINE, made.sha256)) is True
    assert not holds(store, made)


def test_what_the_store_says_comes_back(store: WindowsStore) -> None:
    theirs = store.entries()[0]
    with pytest.raises(NotOurs):
        elevation.perform(store, Request(Operation.REMOVE, MACHINE, theirs.sha256))
    leaf = make("leaf.example", make("Root", ca=True))
    with pytest.raises(TrustNotSupported):
        elevation.perform(store, add(leaf))


def test_the_helper_changes_no_store_of_a_user(store: WindowsStore) -> None:
    made = make("Root", ca=True)
    request = Request(Operation.ADD, "windows.user.root", made.sha256, made.der, SERVER_AUTH_ONLY)
    with pytest.raises(BadRequest):
        elevation.perform(store, request)


@pytest.mark.parametrize(("error", "kind"), [(1223, RefusedByUser), (5, RightsMissing)])
def test_without_consent_nothing_happens(
    store: WindowsStore, monkeypatch: pytest.MonkeyPatch, error: int, kind: type[Exception]
) -> None:
    def refuse(words: Sequence[str]) -> runas.Process:
        raise runas.not_started(error)

    monkeypatch.setattr(runas, "start", refuse)
    made = make("Root", ca=True)
    with pytest.raises(kind) as caught:
        elevation.perform(store, add(made), command="the command")
    assert not holds(store, made)
    if isinstance(caught.value, RightsMissing):
        assert caught.value.command == "the command"


class Child:
    """A process in the helper's place."""

    def __init__(self, script: str, *words: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.id = self._process.pid

    def wait(self) -> int:
        self._process.communicate()
        return self._process.returncode


def test_a_helper_that_dies_is_told(store: WindowsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runas, "start", lambda words: Child("raise SystemExit(3)"))
    with pytest.raises(WriteFailed) as caught:
        elevation.perform(store, add(make("Root", ca=True)))
    assert not caught.value.rolled_back


ASK = """
import sys
from platform_backends.elevation import pipe
try:
    with pipe.served(sys.argv[1], sys.argv[2]) as (request, answers):
        answers.write(b"\\n" + request)
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def exchange(process: Child, server: pipe.Server, request: bytes) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runas, "Server", lambda: server)
        patch.setattr(runas, "start", lambda words: process)
        return runas.launch(["helper"], request)[1]


def test_the_request_is_the_one_of_the_command_line() -> None:
    request = b"x" * 100_000
    server = pipe.Server()
    child = Child(ASK, server.name, hashlib.sha256(request).hexdigest())
    assert exchange(child, server, request)[1:] == request[: pipe.MAX_ANSWER - 1]
    server = pipe.Server()
    other = Child(ASK, server.name, hashlib.sha256(b"another").hexdigest())
    assert exchange(other, server, request) == b""


def test_only_the_process_that_was_started_is_answered() -> None:
    server = pipe.Server()
    stranger = Child(ASK, server.name, hashlib.sha256(b"request").hexdigest())
    stranger.id += 4
    assert exchange(stranger, server, b"request") == b""


def test_a_pipe_of_somebody_else_is_not_opened() -> None:
    with pytest.raises(BadRequest), pipe.served(r"\\elsewhere\pipe\x", "0" * 64):
        pass

"""NSS databases where things go wrong: kills, full disks, links, others who write."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, Trust, WriteFailed
from platform_backends.discovery import open_store
from platform_backends.nss import NssStore, reading
from tests.contract.killing import count_steps, killed_at
from tests.contract.nss_home import NEEDED, home, put, state, store
from tests.making import make

__all__ = ["home", "store"]

pytestmark = NEEDED

DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


def test_a_browser_that_holds_the_database_open_keeps_it(store: NssStore, home: Path) -> None:
    """A reader sees the change at once, in the same file; a writer is waited for, in bounds."""
    put(store, make("Before", ca=True), "C,,", "before", home)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as browser:
        assert len(reading.held(browser)) == 1
        store.add(make("After", ca=True).der, SERVER_AUTH_ONLY)
        assert len(reading.held(browser)) == 2


def test_a_browser_that_writes_for_ever_is_said(
    store: NssStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, make("Before", ca=True), "C,,", "before", home)
    monkeypatch.setattr(reading, "PATIENCE", 0.1)
    before = state(store.folder)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(WriteFailed, match="Close the browser"):
            store.add(make("After", ca=True).der, SERVER_AUTH_ONLY)
        browser.execute("ROLLBACK")
    assert state(store.folder) == before


@pytest.mark.parametrize("operation", ["first", "add", "remove", "distrust"])
def test_killed_at_every_step_it_is_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    ca, theirs = make("Killed", ca=True), make("Theirs", ca=True)

    def fresh(name: str) -> NssStore:
        home = tmp_path / name
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        store = open_store("nss.user")
        assert isinstance(store, NssStore)
        if operation != "first":
            put(store, theirs, "C,,", "theirs", home)
        if operation in ("remove", "distrust"):
            store.add(ca.der, SERVER_AUTH_ONLY)
        return store

    def change(store: NssStore) -> object:
        if operation == "remove":
            return store.remove(ca.sha256)
        if operation == "distrust":
            return store.set_trust(ca.sha256, DISTRUSTED)
        return store.add(ca.der, SERVER_AUTH_ONLY)

    model = fresh("model")
    moments = count_steps(lambda: change(model))
    assert len(moments) >= 3
    after = {e.sha256: e.trust for e in open_store("nss.user").entries()}
    for moment in range(len(moments)):
        store = fresh(f"killed-{moment}")
        before = {e.sha256: e.trust for e in store.entries()}
        killed_at(moment, lambda s=store: change(s))
        assert {e.sha256: e.trust for e in store.entries()} in (before, after)
        store.settle()
        left = {path.name for path in store.folder.iterdir()}
        assert left <= {"cert9.db", "key4.db", "pkcs11.txt"}, moments[moment]
        change(store)
        assert {e.sha256: e.trust for e in store.entries()} == after
        assert store.settle() is False


def test_killed_at_any_time_nothing_of_others_is_lost(store: NssStore, home: Path) -> None:
    """Within a commit too: the process is killed at times of its own choosing."""
    theirs = [make(f"Theirs {i}", ca=True) for i in range(3)]
    for made in theirs:
        put(store, made, "C,,", made.sha256[:8], home)
    script = (
        "import sys; from platform_backends.discovery import open_store\n"
        "from platform_backends.base import SERVER_AUTH_ONLY\n"
        "store, der = open_store('nss.user'), bytes.fromhex(sys.argv[1])\n"
        "print(flush=True)\n"
        "while True: store.add(der, SERVER_AUTH_ONLY); store.remove(sys.argv[2])\n"
    )
    ca = make("Killed", ca=True)
    for turn in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", script, ca.der.hex(), ca.sha256], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01 + turn * 0.007)
        process.kill()
        process.communicate()
        known = {e.sha256: e.trust for e in store.entries()}
        assert known.pop(ca.sha256, SERVER_AUTH_ONLY) == SERVER_AUTH_ONLY
        assert known == dict.fromkeys((m.sha256 for m in theirs), SERVER_AUTH_ONLY)
        store.remove(ca.sha256)
    store.settle()
    assert {p.name for p in store.folder.iterdir()} <= {"cert9.db", "key4.db", "pkcs11.txt"}


def test_a_certutil_left_by_a_kill_keeps_its_folder_until_it_ends(
    store: NssStore, tmp_path: Path
) -> None:
    """Without its files the real one spins for ever."""
    program, begun, said = (tmp_path / name for name in ("certutil", "begun", "said"))
    program.write_text(
        f"#!/bin/sh\ntouch '{begun}'\nsleep 1\n"
        f"if [ -d \"$HOME\" ]; then echo there > '{said}'; else echo gone > '{said}'; fi\n"
    )
    program.chmod(0o755)
    script = (
        "import sys; from pathlib import Path; from platform_backends.nss import tool\n"
        "from platform_backends.base import SERVER_AUTH_ONLY\n"
        "from platform_backends.discovery import open_store\n"
        "store, tool.TOOLS = open_store('nss.user'), (Path(sys.argv[2]),)\n"
        "store.add(bytes.fromhex(sys.argv[1]), SERVER_AUTH_ONLY)\n"
    )
    ca = make("Killed", ca=True)
    process = subprocess.Popen([sys.executable, "-c", script, ca.der.hex(), str(program)])
    while not begun.exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert store.settle()
    assert said.read_text() == "there\n"
    assert {p.name for p in store.folder.iterdir()} <= {"cert9.db", "key4.db", "pkcs11.txt"}

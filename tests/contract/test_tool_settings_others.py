"""Others who write a setting file at the same moment: nothing of theirs is lost, and it is counted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from platform_backends import steps
from platform_backends.base import SERVER_AUTH_ONLY, Operation, WriteFailed
from platform_backends.tool_settings import writing
from tests.contract.namespace import snapshot
from tests.contract.store_contract import found
from tests.contract.tool_home import theirs, tool_store
from tests.making import make

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="of Linux: settings of tools, so far"
)

GIT = Path("/usr/bin/git")
TOOLS = ["git", "git@a.example:443", "npm", "conda", "cargo"]


@pytest.mark.parametrize("name", TOOLS)
def test_a_change_at_the_same_moment_is_noticed(
    home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the setting file and writing it: said, and not overwritten."""
    store, made = tool_store(name), make(ca=True)
    path = store.tool.write
    path.parent.mkdir(exist_ok=True)
    path.write_text("# mine\n")

    def somebody(moment: str) -> None:
        if moment == "renamed bundle.pem":
            path.write_text("# mine\n# and this\n")

    monkeypatch.setattr(steps, "reached", somebody)
    with pytest.raises(WriteFailed) as caught:
        store.add(made.der, SERVER_AUTH_ONLY)
    assert caught.value.rolled_back
    assert "another program" in caught.value.sentence
    assert path.read_text() == "# mine\n# and this\n"
    assert not found(store, made)
    monkeypatch.undo()
    assert not store.settle()


@pytest.mark.parametrize("name", ["git", "npm", "conda", "cargo"])
def test_a_setting_chosen_between_review_and_change_is_built_upon(home: Path, name: str) -> None:
    """The bundle that somebody names meanwhile stays what the tool reads, and is not touched."""
    store, made = tool_store(name), make(ca=True)
    assert any(store.tool.key in line for line in store.preview(Operation.ADD, made.der))
    foreign, bundle, path = theirs(home, name)
    before, kept = path.read_bytes(), bundle.read_bytes()
    store.add(made.der, SERVER_AUTH_ONLY)
    assert found(store, foreign)
    store.remove(made.sha256)
    assert (path.read_bytes(), bundle.read_bytes()) == (before, kept)


def test_the_lock_of_git_is_waited_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_PATIENCE", 0.1)
    (home / ".gitconfig.lock").write_bytes(b"[user]\n" * 1000)
    before, store, made = snapshot(home), tool_store("git"), make(ca=True)
    with pytest.raises(WriteFailed) as caught:
        store.add(made.der, SERVER_AUTH_ONLY)
    assert ".gitconfig.lock" in caught.value.sentence
    assert snapshot(home) == before
    store.settle()
    assert snapshot(home) == before
    (home / ".gitconfig.lock").unlink()
    assert store.add(made.der, SERVER_AUTH_ONLY)


@pytest.mark.skipif(not GIT.exists(), reason="not installed: git")
def test_git_and_this_program_write_at_once_and_nothing_is_lost(home: Path) -> None:
    """git's own processes add lines, and ours come and go: every line of git's is there."""
    (home / ".gitconfig").write_text("# by hand\n[user]\n\tname = x\n")
    env = os.environ | {"GIT_CONFIG_NOSYSTEM": "1"}
    program = (
        "import subprocess\n"
        "for n in range(80):\n"
        f"    words = ['{GIT}', 'config', '--global', f'team.l{{n}}', 'v']\n"
        "    while subprocess.run(words, stderr=subprocess.DEVNULL).returncode: pass\n"
    )
    words = (sys.executable, "-c", program)
    with subprocess.Popen(words, env=env) as others:
        stores = (tool_store("git"), tool_store("git@a.example:443"))
        made, rounds = make(ca=True), 0
        while others.poll() is None or rounds < 5:
            for store in stores:
                until_done(lambda store=store: store.add(made.der, SERVER_AUTH_ONLY))
            for store in reversed(stores):
                until_done(lambda store=store: store.remove(made.sha256))
            rounds += 1
    text = (home / ".gitconfig").read_text()
    assert text.startswith("# by hand\n[user]\n\tname = x\n")
    assert [f"l{n} = v" for n in range(80)] == [
        line.strip() for line in text.splitlines() if line.strip().endswith("= v")
    ]
    assert "sslCAInfo" not in text
    assert "[http" not in text
    assert not (home / ".gitconfig.lock").exists()


def until_done(change: Callable[[], object]) -> None:
    """What met a change of git's is tried again, as the error says."""
    while True:
        try:
            change()
        except WriteFailed as error:
            assert error.rolled_back
            continue
        return

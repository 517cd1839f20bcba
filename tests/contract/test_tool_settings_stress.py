"""Settings of tools where things go wrong: kills, full disks, links, others who write."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Origin,
    StoreError,
    WriteFailed,
)
from platform_backends.tool_settings.store import _TOOLS
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import snapshot
from tests.contract.tool_home import theirs, tool_store
from tests.making import make

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="of Linux: settings of tools, so far"
)


@pytest.fixture(params=_TOOLS)
def name(request: pytest.FixtureRequest, home: Path) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    "name", ["git", "pip", "npm", "node", "curl", "conda", "cargo", "git@a.example:443"]
)
def test_killed_at_every_step_it_is_before_or_after(home: Path, name: str) -> None:
    if name in ("npm", "node", "curl", "conda"):
        theirs(home, name)
    store, first, second = tool_store(name), make("First", ca=True), make("Second", ca=True)
    none = snapshot(home)
    states = {}
    for made in (first, second):
        before = snapshot(home)
        moments = count_steps(lambda made=made: store.add(made.der, SERVER_AUTH_ONLY))
        assert len(moments) > 5
        after = snapshot(home)
        store.remove(made.sha256)
        assert snapshot(home) == before
        for moment in range(len(moments)):
            killed_at(moment, lambda made=made: store.add(made.der, SERVER_AUTH_ONLY))
            store.settle()
            assert snapshot(home) in (before, after), moments[moment]
            (store.remove(made.sha256) if moment % 2 else store.add(made.der, SERVER_AUTH_ONLY))
            assert snapshot(home) == (before if moment % 2 else after), moments[moment]
            store.remove(made.sha256)
            assert snapshot(home) == before, moments[moment]
        store.add(made.der, SERVER_AUTH_ONLY)
        states[made.sha256] = (before, after)
    for made in (second, first):
        before, after = states[made.sha256]
        moments = count_steps(lambda made=made: store.remove(made.sha256))
        store.add(made.der, SERVER_AUTH_ONLY)
        for moment in range(len(moments)):
            killed_at(moment, lambda made=made: store.remove(made.sha256))
            store.settle()
            ended = [e.sha256 for e in store.entries() if e.origin is Origin.THIS_PROGRAM]
            assert (made.sha256 in ended) is (snapshot(home) != before), moments[moment]
            store.remove(made.sha256)
            assert snapshot(home) == before, moments[moment]
            store.add(made.der, SERVER_AUTH_ONLY)
        store.remove(made.sha256)
    assert snapshot(home) == none


def test_a_read_only_home_is_said(home: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("of users: root may write anywhere")
    home.chmod(0o500)
    before = snapshot(home)
    with pytest.raises(StoreError):
        tool_store("git").add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert snapshot(home) == before


def test_a_link_in_the_home_stays_one(home: Path) -> None:
    (home / "dotfiles").mkdir()
    real = home / "dotfiles" / "gitconfig"
    real.write_bytes(b"[a]\n\tb = c\n")
    (home / ".gitconfig").symlink_to(real)
    before, store, made = snapshot(home), tool_store("git"), make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert (home / ".gitconfig").is_symlink()
    store.remove(made.sha256)
    assert snapshot(home) == before


@pytest.mark.parametrize("limit", [10, 1500, 2500])
def test_a_failed_write_leaves_everything(home: Path, name: str, limit: int) -> None:
    resource = pytest.importorskip("resource", reason="of POSIX: limits")
    store = tool_store(name)
    path = store.tool.write
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"# " + b"x" * 3000 + b"\n")
    before, earlier = snapshot(home), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, earlier[1]))
    try:
        with pytest.raises(WriteFailed) as caught:
            store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, earlier)
    assert caught.value.rolled_back
    assert snapshot(home) == before

"""Settings of tools on full and read-only disks, and behind links; in private mounts where it needs root."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Origin, Store, StoreError, UnsafeFile
from platform_backends.discovery import open_store
from platform_backends.tool_settings import places
from tests.contract import namespace
from tests.contract.namespace import snapshot
from tests.contract.store_contract import found
from tests.contract.tool_home import tool_store
from tests.making import make

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="of Linux: settings of tools, so far"
)

PAGE = 4096
STORES = (
    "tool.git",
    "tool.git@a.example:443",
    "tool.conda",
    "tool.cargo",
    "tool.podman@a.example:5000",
)


def of_home(identity: str) -> Store:
    (places.SYSTEM / "containers").mkdir(parents=True, exist_ok=True)
    return open_store(identity)


@pytest.mark.parametrize("identity", STORES)
def test_on_a_full_disk_it_is_done_or_not_done(
    private_machine: Path, home: Path, identity: str
) -> None:
    """With every amount of room, from none on: never half, and nothing of others is lost."""
    namespace.tmpfs(home, "size=512k")
    (home / ".gitconfig").write_text("[user]\n\tname = x\n")
    (home / ".condarc").write_text("channels:\n  - a\n")
    first, second = make("First", ca=True), make("Second", ca=True)
    store = of_home(identity)
    store.add(first.der, SERVER_AUTH_ONLY)
    with_one = snapshot(home)
    outcomes = set()
    for room in range(12):
        filled = fill(home, room)
        try:
            store.add(second.der, SERVER_AUTH_ONLY)
            added = True
        except StoreError as error:
            assert error.next_step
            added = False
        outcomes.add(added)
        filled.unlink()
        assert (snapshot(home) == with_one) is not added
        if added:
            store.remove(second.sha256)
            assert snapshot(home) == with_one
    assert outcomes == {True, False}
    for room in range(12):
        filled = fill(home, room)
        try:
            gone = store.remove(first.sha256)
        except StoreError:
            gone = False
        filled.unlink()
        assert bool(found(store, first)) is not gone
        if gone:
            store.add(first.der, SERVER_AUTH_ONLY)
        assert snapshot(home) == with_one


def fill(home: Path, room: int) -> Path:
    """Take all of the disk but `room` pages."""
    path = home / "filling"
    with path.open("wb", buffering=0) as file:
        free = os.statvfs(home).f_bavail * PAGE
        file.write(b"x" * max(0, free - room * PAGE))
    return path


@pytest.mark.parametrize("identity", STORES)
def test_a_read_only_home_is_read_and_not_changed(
    private_machine: Path, home: Path, identity: str
) -> None:
    store, first = of_home(identity), make("First", ca=True)
    store.add(first.der, SERVER_AUTH_ONLY)
    before = snapshot(home)
    namespace.read_only(home)
    assert found(store, first)
    for change in (
        lambda: store.add(make("Second", ca=True).der, SERVER_AUTH_ONLY),
        lambda: store.remove(first.sha256),
    ):
        with pytest.raises(StoreError) as caught:
            change()
        assert caught.value.sentence
    namespace.unbind(home)
    assert snapshot(home) == before
    assert store.remove(first.sha256)


@pytest.mark.parametrize("target", ["/dev/null", "/dev/full", "/proc/self/mem", "folder", "pipe"])
def test_a_setting_that_leads_to_no_plain_file_is_left(home: Path, target: str) -> None:
    (home / "folder").mkdir()
    os.mkfifo(home / "pipe")
    (home / ".gitconfig").symlink_to(home / target)
    before = snapshot(home)
    for identity in ("tool.git", "tool.git@a.example:443"):
        with pytest.raises(StoreError):
            open_store(identity).add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert snapshot(home) == before


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="of users: root alone can give files away"
)
@pytest.mark.parametrize("what", ["file", "new", "folder"])
def test_what_belongs_to_somebody_else_is_left(home: Path, tmp_path: Path, what: str) -> None:
    """As root in the home of a user, who could have put any link there."""
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "config").write_text("[core]\nsafe = true\n")  # git's, and TOML
    os.chown(home, 65534, 65534)
    link = {"file": (".gitconfig", "config"), "new": (".gitconfig", "new")}
    if what == "folder":
        (home / ".cargo").symlink_to(victim)
        store = open_store("tool.cargo")
    else:
        name, target = link[what]
        (home / name).symlink_to(victim / target)
        store = open_store("tool.git")
    before = snapshot(home, victim)
    with pytest.raises(UnsafeFile) as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert "somebody else" in caught.value.sentence
    assert snapshot(home, victim) == before
    os.chown(victim, 65534, 65534)
    if what != "new":
        os.chown(victim / "config", 65534, 65534)
    store.add(make(ca=True).der, SERVER_AUTH_ONLY)


@pytest.mark.parametrize(
    "name", ["bundle.pem", "bundle.before", "record.json", "adding.json", "removing.json"]
)
@pytest.mark.parametrize("already", [False, True])
def test_links_in_place_of_our_own_files_lead_nowhere(
    home: Path, tmp_path: Path, name: str, already: bool
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(make("Precious", ca=True).pem)
    kept, store, made = victim.read_bytes(), tool_store("git"), make(ca=True)
    if already:
        store.add(make("Earlier", ca=True).der, SERVER_AUTH_ONLY)
    store.changes.folder.mkdir(exist_ok=True)
    (store.changes.folder / name).unlink(missing_ok=True)
    (store.changes.folder / name).symlink_to(victim)
    for change in (
        lambda: store.add(made.der, SERVER_AUTH_ONLY),
        lambda: store.remove(made.sha256),
    ):
        try:
            change()
        except StoreError as error:
            assert error.sentence
    assert victim.read_bytes() == kept


def test_stores_that_share_a_file_lose_nothing_of_each_other(home: Path) -> None:
    """Two processes, two stores each, one ~/.gitconfig; and the lines of its owner."""
    lines = [f"\tl{number} = v\n" for number in range(50)]
    (home / ".gitconfig").write_text("[user]\n" + "".join(lines))
    before = snapshot(home)
    halves = (
        ("tool.git", "tool.git@a.example:443"),
        ("tool.git@b.example:1", "tool.git@[::1]:8443"),
    )
    made = {identity: make(identity[:40], ca=True) for half in halves for identity in half}
    ders = {identity: one.der for identity, one in made.items()}
    together([lambda half=half: add_each(half, ders) for half in halves])
    for identity, one in made.items():
        assert [e.origin for e in found(open_store(identity), one)] == [Origin.THIS_PROGRAM]
    text = (home / ".gitconfig").read_text()
    assert all(line in text for line in lines)
    shas = {identity: one.sha256 for identity, one in made.items()}
    together([lambda half=half: remove_each(half, shas) for half in halves])
    assert snapshot(home) == before


def add_each(identities: tuple[str, ...], ders: dict[str, bytes]) -> None:
    for identity in identities:
        open_store(identity).add(ders[identity], SERVER_AUTH_ONLY)


def remove_each(identities: tuple[str, ...], shas: dict[str, str]) -> None:
    for identity in identities:
        open_store(identity).remove(shas[identity])


def together(bodies: list[Callable[[], None]]) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=body) for body in bodies]
    for process in processes:
        process.start()
    for process in processes:
        process.join(100)
        assert process.exitcode == 0

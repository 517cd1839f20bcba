"""NSS databases on full and read-only disks, and where the user may not write: nothing of others is lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, StoreError, Trust
from platform_backends.nss import NssStore, edits
from tests.contract.namespace import private_machine, read_only, tmpfs, unbind
from tests.contract.nss_home import NEEDED, State, at_home, new_database, put, state, store
from tests.making import Made, make

__all__ = ["private_machine", "store"]

pytestmark = NEEDED

BLOCK = 4096
Change = Callable[[NssStore], object]


@pytest.fixture
def home(private_machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where another user can look."""
    folder = private_machine / "home"
    folder.mkdir()
    return at_home(folder, monkeypatch)


@pytest.fixture(scope="session")
def ours() -> Made:
    return make("Ours", ca=True)


@pytest.fixture(scope="session")
def new() -> Made:
    return make("New", ca=True)


@pytest.fixture
def small(home: Path) -> Iterator[Path]:
    """A home on a disk of 1 MB."""
    tmpfs(home, "size=1m")
    yield home
    unbind(home)


def fill(home: Path, left: int) -> Path:
    """A file that leaves so many bytes of the disk."""
    filler = home / "filler"
    with filler.open("wb") as file:
        found = os.statvfs(home)
        file.write(b"x" * max(0, found.f_bavail * found.f_bsize - left))
    return filler


def trust(store: NssStore) -> dict[str, Trust]:
    return {entry.sha256: entry.trust for entry in store.entries()}


def changes(ours: Made, new: Made) -> dict[str, Change]:
    return {
        "add": lambda store: store.add(new.der, SERVER_AUTH_ONLY),
        "remove": lambda store: store.remove(ours.sha256),
        "distrust": lambda store: store.set_trust(
            ours.sha256, Trust.everything(Decision.DISTRUSTED)
        ),
    }


@pytest.mark.parametrize("operation", ["add", "remove", "distrust"])
def test_a_disk_that_becomes_full(
    small: Path, store: NssStore, ours: Made, new: Made, operation: str
) -> None:
    """At every amount of free space: done, or not begun, and said."""
    theirs = [make(f"Theirs {i}", ca=True) for i in range(3)]
    for made in theirs:
        put(store, made, "C,,", made.sha256[:8], small)
        (small / f"{made.sha256}.pem").unlink()
    store.add(ours.der, SERVER_AUTH_ONLY)
    before, known = state(store.folder), trust(store)
    refused = 0
    for blocks in range(64):
        filler = fill(small, blocks * BLOCK)
        try:
            changes(ours, new)[operation](store)
        except StoreError as error:
            refused += 1
            assert "space" in str(error), error
            assert state(store.folder) == before, blocks
            assert trust(store) == known
            filler.unlink()
        else:
            break
    assert refused
    after = trust(store)
    assert {sha256 for sha256, decided in after.items() if known.get(sha256) != decided} <= {
        ours.sha256,
        new.sha256,
    }
    assert {made.sha256 for made in theirs} <= set(after)


def test_a_first_database_on_a_full_disk(small: Path, store: NssStore, new: Made) -> None:
    fill(small, 12 * BLOCK)
    with pytest.raises(StoreError, match="space"):
        store.add(new.der, SERVER_AUTH_ONLY)
    assert store.entries() == ()
    (small / "filler").unlink()
    store.settle()
    assert store.add(new.der, SERVER_AUTH_ONLY) is True


@pytest.fixture
def held(store: NssStore, home: Path, ours: Made) -> tuple[NssStore, State]:
    put(store, make("Theirs", ca=True), "C,,", "theirs", home)
    store.add(ours.der, SERVER_AUTH_ONLY)
    return store, state(home)


@pytest.mark.parametrize("operation", ["add", "remove", "distrust"])
def test_a_read_only_home(
    held: tuple[NssStore, State], home: Path, ours: Made, new: Made, operation: str
) -> None:
    store, before = held
    read_only(home)
    try:
        with pytest.raises(StoreError, match="Read-only") as caught:
            changes(ours, new)[operation](store)
        assert caught.value.next_step
        assert len(store.entries()) == 2
    finally:
        unbind(home)
    assert state(home) == before


@pytest.mark.parametrize("operation", ["add", "remove", "distrust"])
def test_where_the_user_may_not_write(
    held: tuple[NssStore, State], home: Path, ours: Made, new: Made, operation: str
) -> None:
    """Another user, who may read everything there."""
    store, _ = held
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    before = state(home)
    change = changes(ours, new)[operation]
    child = os.fork()
    if not child:
        assert edits  # loaded while it may be read
        os.setresuid(65534, 65534, 65534)
        try:
            change(store)
        except StoreError as error:
            os._exit(0 if error.next_step and len(store.entries()) == 2 else 2)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert state(home) == before


def test_a_home_that_may_not_be_read(store: NssStore, home: Path) -> None:
    new_database(store.folder, home)
    store.folder.chmod(0o700)
    child = os.fork()
    if not child:
        os.setresuid(65534, 65534, 65534)
        found = store.availability()
        os._exit(0 if not found.available and "cannot be read" in found.reason else 1)
    assert os.waitpid(child, 0)[1] == 0

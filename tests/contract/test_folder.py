from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Entry,
    NotOurs,
    Origin,
    Purpose,
    Store,
    StoreUnavailable,
    Trust,
    UnsafeFile,
    WriteFailed,
)
from platform_backends.certificates import blocks, safe_name
from platform_backends.discovery import all_stores, open_store
from platform_backends.folder import FolderStore
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import snapshot
from tests.contract.store_contract import StoreContract, found
from tests.making import Made, make
from tests.where import needs_posix

EVERYTHING = Trust.everything(Decision.TRUSTED)


class TestFolder(StoreContract):
    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, FolderStore)
        return (store.path,)

    @pytest.fixture
    def store(self, tmp_path: Path) -> FolderStore:
        return FolderStore(tmp_path / "new" / "sandbox")

    @pytest.fixture
    def foreign(self, store: FolderStore) -> Made:
        made = make("Somebody's Root", ca=True)
        store.path.mkdir(parents=True)
        (store.path / "theirs.pem").write_bytes(b"a note\n" + made.pem)
        return made

    def test_before_the_first_add_it_is_empty_and_not_there(self, store: FolderStore) -> None:
        assert store.entries() == ()
        assert not store.path.exists()
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
        if os.name == "posix":
            assert stat.S_IMODE(store.path.stat().st_mode) == 0o700

    def test_it_leaves_one_file_for_each_entry_and_nothing_else(
        self, store: FolderStore, ca: Made
    ) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        assert [p.name for p in store.path.iterdir()] == [safe_name(ca.der)]

    def test_trust_is_kept_for_each_purpose(self, store: FolderStore, ca: Made) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        wanted = Trust(Decision.DISTRUSTED, Decision.TRUSTED, Decision.UNSPECIFIED)
        assert store.set_trust(ca.sha256, wanted) is True
        assert store.set_trust(ca.sha256, wanted) is False
        assert found(store, ca)[0].trust == wanted
        assert store.trusted_pem() == b""
        assert blocks(store.trusted_pem(Purpose.CLIENT_AUTH))[0].der == ca.der

    def test_others_keep_what_a_forced_removal_leaves(self, store: FolderStore) -> None:
        one, two = make("One", ca=True), make("Two", ca=True)
        store.path.mkdir(parents=True)
        file = store.path / "bundle.crt"
        file.write_bytes(b"# head\r\n" + one.pem + b"# between\n" + two.pem + b"# tail")
        assert [e.origin for e in store.entries()] == [Origin.USER] * 2
        store.remove(one.sha256, force=True)
        assert file.read_bytes() == b"# head\r\n# between\n" + two.pem + b"# tail"
        with pytest.raises(NotOurs):
            store.set_trust(two.sha256, SERVER_AUTH_ONLY)

    def test_der_files_are_listed(self, store: FolderStore, ca: Made) -> None:
        store.path.mkdir(parents=True)
        (store.path / "theirs.cer").write_bytes(ca.der)
        assert found(store, ca)[0].trust == EVERYTHING

    def test_an_edited_file_is_no_longer_ours(self, store: FolderStore, ca: Made) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        path = store.path / safe_name(ca.der)
        path.write_bytes(path.read_bytes() + b"# edited\n")
        assert found(store, ca)[0].origin is Origin.USER
        with pytest.raises(NotOurs):
            store.remove(ca.sha256)

    @pytest.mark.parametrize(
        "kind",
        [pytest.param(k, marks=needs_posix) for k in ("link", "pipe")] + ["folder", "file"],
    )
    def test_what_stands_in_the_way_is_not_overwritten(
        self, store: FolderStore, ca: Made, tmp_path: Path, kind: str
    ) -> None:
        store.path.mkdir(parents=True)
        path, victim = store.path / safe_name(ca.der), tmp_path / "victim"
        victim.write_text("precious")
        match kind:
            case "link":
                path.symlink_to(victim)
            case "folder":
                path.mkdir()
            case "pipe":
                os.mkfifo(path)
            case "file":
                path.write_text("theirs")
        before = snapshot(tmp_path)
        with pytest.raises(UnsafeFile):
            store.add(ca.der, SERVER_AUTH_ONLY)
        assert snapshot(tmp_path) == before

    def test_a_file_is_no_folder(self, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_text("")
        store = FolderStore(path)
        assert not store.availability().available
        with pytest.raises(StoreUnavailable):
            store.entries()
        with pytest.raises(StoreUnavailable):
            store.add(make(ca=True).der, SERVER_AUTH_ONLY)

    def test_a_failed_write_leaves_it_as_it_was(
        self, store: FolderStore, ca: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resource = pytest.importorskip("resource", reason="of POSIX: limits")
        store.add(make("Earlier", ca=True).der, SERVER_AUTH_ONLY)
        before = snapshot(store.path)
        earlier = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, earlier[1]))
        try:
            with pytest.raises(WriteFailed) as caught:
                store.add(ca.der, SERVER_AUTH_ONLY)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, earlier)
        assert caught.value.rolled_back
        assert snapshot(store.path) == before

    def test_killed_at_every_step_it_can_be_settled(self, tmp_path: Path, ca: Made) -> None:
        model = FolderStore(tmp_path / "model")
        moments = count_steps(lambda: model.add(ca.der, SERVER_AUTH_ONLY))
        assert len(moments) >= 3
        for moment in range(len(moments)):
            for forward in (True, False):
                store = FolderStore(tmp_path / f"killed-{moment}-{forward}")
                killed_at(moment, lambda s=store: s.add(ca.der, SERVER_AUTH_ONLY))
                if forward:
                    store.add(ca.der, SERVER_AUTH_ONLY)
                    assert [e.sha256 for e in store.entries()] == [ca.sha256]
                else:
                    store.remove(ca.sha256)
                assert len(list(store.path.iterdir())) == (1 if forward else 0)


def test_a_sandbox_is_the_only_store(tmp_path: Path) -> None:
    assert [s.id for s in all_stores(tmp_path)] == [f"folder:{tmp_path}"]
    with pytest.raises(StoreUnavailable) as caught:
        open_store("linux.ca-certificates", tmp_path)
    assert f"folder:{tmp_path}" in caught.value.next_step


def test_an_unknown_store_names_the_known_ones() -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_store("linux.nothing")
    assert "folder:<path>" in caught.value.next_step


def test_entries_hash_their_bytes(tmp_path: Path) -> None:
    made = make(ca=True)
    assert Entry(made.der, EVERYTHING, Origin.USER).sha256 == made.sha256

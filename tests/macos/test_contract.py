"""The contract of every store: on the stand-in for `security`, and on a Mac whose trust settings can change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_backends.base import Store
from platform_backends.discovery import open_store
from platform_backends.macos import KeychainStore
from tests.contract.store_contract import StoreContract, named
from tests.macos.machine import Machine, RealMac, state
from tests.making import Made, make


class KeychainContract(StoreContract):
    writes, examples = 2, 3

    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, KeychainStore)
        return (store.keychain.parent,)

    def state(self, store: Store) -> dict[str, tuple[str, int, str]]:
        assert isinstance(store, KeychainStore)
        return state(store)

    def give(self, mac: Machine | RealMac, made: Made, store: KeychainStore) -> Made:
        """Somebody else makes it trusted, as guides on the web say."""
        file = mac.folder / "theirs.pem"
        file.write_bytes(made.pem)
        words = ("add-trusted-cert", *store.place.flags, "-r", "trustRoot", "-k", store.keychain)
        assert mac.security(*words, file).returncode == 0
        return made


class TestLogin(KeychainContract):
    @pytest.fixture
    def store(self, anywhere: Machine | RealMac, trust_can_change: None) -> KeychainStore:
        opened = open_store("macos.login")
        assert isinstance(opened, KeychainStore)
        return opened

    @pytest.fixture
    def foreign(self, anywhere: Machine | RealMac, store: KeychainStore) -> Iterator[Made]:
        made = self.give(anywhere, make("Somebody's Root", ca=True), store)
        yield made
        anywhere.security("remove-trusted-cert", anywhere.folder / "theirs.pem")


class TestSystem(KeychainContract):
    examples = 1

    @pytest.mark.parametrize("name", ["quotes ' \" `id` $(id)", "../../../etc/passwd"])
    def test_names_are_harmless(self, store: Store, name: str) -> None:
        """The same code as above, where all of them are tried."""
        self.round_trip(store, named(name))

    @pytest.fixture
    def store(self, system: KeychainStore, monkeypatch: pytest.MonkeyPatch) -> KeychainStore:
        monkeypatch.setattr("platform_backends.macos.store._is_root", lambda: True)
        return system

    @pytest.fixture
    def foreign(self, mac: Machine, store: KeychainStore) -> Made:
        return self.give(mac, make("Somebody's Root", ca=True), store)

"""The contract of every store: on the stand-in for `security`, and on a Mac whose trust settings can change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_backends.base import Store
from platform_backends.discovery import open_store
from platform_backends.macos import HostStore, KeychainStore
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

    def give(self, mac: Machine | RealMac, made: Made, store: KeychainStore, *more: str) -> Made:
        """Somebody else makes it trusted, as guides on the web say."""
        file = mac.folder / "theirs.pem"
        file.write_bytes(made.pem)
        words = ("add-trusted-cert", *store.place.flags, "-r", "trustRoot", *more)
        assert mac.security(*words, "-k", store.keychain, file).returncode == 0
        return made


class FewNames(KeychainContract):
    """The same code as that of the login keychain, where all names are tried."""

    examples = 1

    @pytest.mark.parametrize("name", ["quotes ' \" `id` $(id)", "../../../etc/passwd"])
    def test_names_are_harmless(self, store: Store, name: str) -> None:
        self.round_trip(store, named(name))


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


class TestHost(FewNames):
    """One host alone, in the login keychain."""

    @pytest.fixture
    def store(self, anywhere: Machine | RealMac, trust_can_change: None) -> HostStore:
        opened = open_store("macos.login@intranet.example")
        assert isinstance(opened, HostStore)
        return opened

    @pytest.fixture
    def foreign(self, anywhere: Machine | RealMac, store: HostStore) -> Iterator[Made]:
        of_host = ("-p", "ssl", "-s", store.host)
        made = self.give(anywhere, make("Somebody's Root", ca=True), store, *of_host)
        yield made
        anywhere.security("remove-trusted-cert", anywhere.folder / "theirs.pem")


class TestSystem(FewNames):
    @pytest.fixture
    def store(self, system: KeychainStore, monkeypatch: pytest.MonkeyPatch) -> KeychainStore:
        monkeypatch.setattr("platform_backends.macos.store._is_root", lambda: True)
        return system

    @pytest.fixture
    def foreign(self, mac: Machine, store: KeychainStore) -> Made:
        return self.give(mac, make("Somebody's Root", ca=True), store)

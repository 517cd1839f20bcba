"""The real certutil, on databases of the tests' own: the contract, and trust in the words of NSS."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Origin,
    Store,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    WriteFailed,
)
from platform_backends.discovery import all_stores, open_store
from platform_backends.nss import NssStore, objects, tool
from tests.contract.nss_home import (
    NEEDED,
    State,
    certutil,
    home,
    new_database,
    profile,
    put,
    state,
    store,
)
from tests.contract.store_contract import StoreContract, found
from tests.making import Made, make

__all__ = ["home", "store"]

pytestmark = NEEDED

DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


class NssContract(StoreContract):
    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, NssStore)
        return (store.folder,)

    def state(self, store: Store) -> State:
        assert isinstance(store, NssStore)
        return state(store.folder)

    @pytest.fixture
    def foreign(self, store: NssStore, home: Path) -> Made:
        made = make("Somebody's Root", ca=True)
        put(store, made, "C,,", "their own (old)", home)
        return made


class TestChromium(NssContract):
    @pytest.fixture
    def store(self, home: Path) -> Store:
        return open_store("nss.user")


class TestFirefox(NssContract):
    @pytest.fixture
    def store(self, home: Path) -> Store:
        profile(home / ".mozilla/firefox", "abcd1234.default esr")
        (found,) = [s for s in all_stores() if s.id.startswith("nss.firefox.")]
        return found


@pytest.mark.parametrize(
    ("trust", "shown"),
    [
        (SERVER_AUTH_ONLY, "C,,"),
        (Trust.everything(Decision.TRUSTED), "CT,C,C"),
        (DISTRUSTED, "p,p,p"),
        (Trust(), ",,"),
    ],
)
def test_nss_sees_what_was_done(store: NssStore, home: Path, trust: Trust, shown: str) -> None:
    ca = make("Shown", ca=True)
    store.add(ca.der, SERVER_AUTH_ONLY)
    store.set_trust(ca.sha256, trust)
    assert found(store, ca)[0].trust == trust
    lines = certutil(store.folder, "-L", home=home).splitlines()
    name = objects.nickname(ca.der)
    assert [line.split()[-1] for line in lines if line.startswith(name)] == [shown]
    assert certutil(store.folder, "-L", "-n", name, "-a", home=home).count("BEGIN") == 1


@pytest.mark.parametrize("flags", ["C,,", "P,,", "p,,", ",,", "CT,C,C", "c,,", "u,,", "w,,"])
def test_what_others_say_is_read(store: NssStore, home: Path, flags: str) -> None:
    ca = make("Read", ca=True)
    put(store, ca, flags, "x", home)
    expected = {"C": Decision.TRUSTED, "P": Decision.TRUSTED, "p": Decision.DISTRUSTED}
    (entry,) = found(store, ca)
    assert entry.trust.server_auth is expected.get(flags[0], Decision.UNSPECIFIED)
    assert entry.origin is Origin.USER


def test_one_leaf_is_trusted_as_a_peer(store: NssStore, home: Path) -> None:
    leaf = make("leaf.example")
    store.add(leaf.der, SERVER_AUTH_ONLY)
    assert found(store, leaf)[0].trust == SERVER_AUTH_ONLY
    assert certutil(store.folder, "-L", home=home).split()[-1] == "P,,"
    with pytest.raises(TrustNotSupported):
        store.set_trust(leaf.sha256, Trust.everything(Decision.TRUSTED))


@pytest.mark.parametrize(("value", "expected"), [(1, "trusted"), (2, "trusted"), (3, "distrusted")])
def test_trust_as_new_firefox_writes_it(
    store: NssStore, home: Path, value: int, expected: str
) -> None:
    """CKO_TRUST of PKCS #11 3.2, seen in a profile of Firefox 153; today's certutil cannot read it."""
    ca = make("By Firefox", ca=True)
    put(store, ca, ",,", "x", home)
    with closing(sqlite3.connect(store.path)) as database, database:
        for column in ("a8c", "a62c", "a62d", "a62e", "a62f", "a635"):
            if column not in {r[1] for r in database.execute("PRAGMA table_info(nssPublic)")}:
                database.execute(f"ALTER TABLE nssPublic ADD COLUMN {column}")
        database.execute(
            "INSERT INTO nssPublic (id, a0, a81, a82, a8c, a62c, a62d, a62e, a62f, a635) "
            "SELECT 77, x'0000000b', a81, a82, x'00000250', ?, x'00000004', x'00000004', "
            "x'00000004', ? FROM nssPublic WHERE a0 = x'00000001'",
            (value.to_bytes(4, "big"), bytes.fromhex(ca.sha256)),
        )
    assert found(store, ca)[0].trust.server_auth.value == expected
    assert store.set_trust(ca.sha256, DISTRUSTED) is True
    assert found(store, ca)[0].trust == DISTRUSTED
    assert certutil(store.folder, "-L", home=home).split()[-1] == "p,p,p"
    assert store.remove(ca.sha256, force=True)
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute("SELECT count(*) FROM nssPublic").fetchone() == (0,)


def test_several_certificates_of_one_name(store: NssStore, home: Path) -> None:
    """A stale authority with the same subject and another key, under the same nickname."""
    stale, other = make("Same", ca=True), make("Same", ca=True)
    put(store, stale, ",,", "same", home)
    put(store, other, "p,,", "same", home)
    ours = make("Same", ca=True)
    before = state(store.folder)
    store.add(ours.der, SERVER_AUTH_ONLY)
    assert {e.sha256: e.trust.server_auth for e in store.entries()} == {
        stale.sha256: Decision.UNSPECIFIED,
        other.sha256: Decision.DISTRUSTED,
        ours.sha256: Decision.TRUSTED,
    }
    assert [e.origin for e in store.entries() if e.sha256 == ours.sha256] == [Origin.THIS_PROGRAM]
    listed = certutil(store.folder, "-L", home=home).splitlines()
    assert sorted(line.split()[-1] for line in listed if "," in line[-8:])[-1:] == ["p,,"]
    store.remove(ours.sha256)
    assert state(store.folder) == before


def test_others_trust_is_not_changed_by_an_import(store: NssStore, home: Path) -> None:
    ca = make("Theirs", ca=True)
    put(store, ca, "p,,", "theirs", home)
    before = state(store.folder)
    with pytest.raises(TrustNotSupported):
        store.add(ca.der, SERVER_AUTH_ONLY)
    assert state(store.folder) == before
    assert store.set_trust(ca.sha256, SERVER_AUTH_ONLY) is True
    assert found(store, ca)[0].origin is Origin.USER
    assert certutil(store.folder, "-L", home=home).split()[-1] == "C,,"


def test_keys_are_never_copied_and_stay(store: NssStore, home: Path) -> None:
    """A client certificate with its key; what certutil works on holds no key."""
    new_database(store.folder, home)
    noise = home / "noise"
    noise.write_bytes(os.urandom(2048))
    words = ("-S", "-x", "-s", "CN=me", "-n", "me", "-t", "u,,", "-z", str(noise), "-m", "1")
    certutil(store.folder, *words, home=home)
    before = state(store.folder)
    keys = certutil(store.folder, "-K", home=home)
    ca = make("Beside", ca=True)
    store.add(ca.der, SERVER_AUTH_ONLY)
    assert certutil(store.folder, "-K", home=home) == keys
    store.remove(ca.sha256)
    assert state(store.folder) == before


def test_a_primary_password_is_explained(store: NssStore, home: Path) -> None:
    secret = home / "password"
    secret.write_text("a long secret\n")
    store.folder.mkdir(parents=True)
    certutil(store.folder, "-N", "-f", str(secret), home=home)
    before = state(store.folder)
    with pytest.raises(WriteFailed) as caught:
        store.add(make("Locked", ca=True).der, SERVER_AUTH_ONLY)
    assert "primary password" in caught.value.sentence
    assert state(store.folder) == before
    assert store.entries() == ()


def test_without_certutil_only_reading_works(
    store: NssStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = make("There", ca=True)
    monkeypatch.setattr(tool, "TOOLS", ())
    assert not store.availability().available
    monkeypatch.undo()
    monkeypatch.setenv("HOME", str(home))
    put(store, ca, "C,,", "there", home)
    monkeypatch.setattr(tool, "TOOLS", (home / "no",))
    assert store.availability().available
    assert "apt install libnss3-tools" in store.availability().fix
    assert len(store.entries()) == 1
    with pytest.raises(StoreUnavailable):
        store.add(make("New", ca=True).der, SERVER_AUTH_ONLY)

"""The real update-ca-certificates, in a private mount namespace (needs root; skipped otherwise)."""

from __future__ import annotations

import os
import ssl
import subprocess
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Entry,
    NotOurs,
    Privilege,
    Store,
    StoreError,
    Trust,
    TrustNotSupported,
    UnsafeFile,
)
from platform_backends.certificates import safe_name
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout, tool
from tests.contract import namespace
from tests.contract.ca_certificates.system import DISTRUSTED, INSTALLED, TRUSTED, vendor, whole
from tests.contract.store_contract import NAMES, StoreContract, found, named
from tests.making import Made, chain, make

pytestmark = INSTALLED


@pytest.mark.slow
class TestCaCertificates(StoreContract):
    writes = 2
    examples = 2

    def folders(self, store: Store) -> tuple[Path, ...]:
        return (*namespace.STORE,)

    @pytest.fixture
    def store(self, private_machine: Path) -> CaCertificatesStore:
        return CaCertificatesStore()

    @pytest.fixture
    def foreign(self, store: CaCertificatesStore) -> Made:
        made = make("Administrator's Root", ca=True)
        (layout.LOCAL / "theirs (old).crt").write_bytes(made.pem)
        subprocess.run(tool.command(fresh=False), check=True, capture_output=True)
        return made

    # Each name takes three seconds here: all of them at once instead of one by one.
    @pytest.mark.parametrize("name", ["all"])
    def test_names_are_harmless(self, store: Store, name: str) -> None:
        before = self.state(store)
        made = [named(n) for n in NAMES[:4]]
        assert all(store.add(m.der, SERVER_AUTH_ONLY) for m in made)
        assert all(len(found(store, m)) == 1 for m in made)
        assert all(store.remove(m.sha256) for m in reversed(made))
        assert self.state(store) == before


def test_it_reads_what_clients_read(private_machine: Path) -> None:
    store = CaCertificatesStore()
    entries = store.entries()
    text = layout.BUNDLE.read_text()
    assert len({e.sha256 for e in entries}) == len(entries) == text.count("BEGIN CERTIFICATE")
    assert store.privilege is Privilege.NONE  # private_machine needs root


def test_trust_is_all_or_nothing(store: CaCertificatesStore) -> None:
    assert store.effective_trust(SERVER_AUTH_ONLY) == TRUSTED
    with pytest.raises(TrustNotSupported):
        store.effective_trust(Trust(Decision.TRUSTED, Decision.DISTRUSTED))
    with pytest.raises(TrustNotSupported):
        store.add(make(ca=True).der, DISTRUSTED)


def test_vendor_certificates_are_distrusted_and_trusted_again(store: CaCertificatesStore) -> None:
    before, entry = whole(), vendor(store)
    with pytest.raises(NotOurs) as caught:
        store.remove(entry.sha256, force=True)
    assert "distrust" in caught.value.next_step
    assert store.add(entry.der, SERVER_AUTH_ONLY) is False
    assert store.set_trust(entry.sha256, DISTRUSTED) is True
    assert store.set_trust(entry.sha256, DISTRUSTED) is False
    assert [e.trust for e in store.entries() if e.der == entry.der] == [DISTRUSTED]
    with pytest.raises(TrustNotSupported):
        store.add(entry.der, SERVER_AUTH_ONLY)
    assert store.set_trust(entry.sha256, TRUSTED) is True
    assert whole() == before


def test_names_that_the_command_changes_are_distrusted_too(store: CaCertificatesStore) -> None:
    """update-ca-certificates turns parentheses into ``=`` when it links, not when it unlinks."""
    odd = [p for p in layout.VENDOR.rglob("*.crt") if "(" in p.name or "=" in p.name]
    before = whole()
    for path in odd[:1]:
        entry = next(e for e in store.entries() if path.read_bytes().strip() in _pem(e))
        store.set_trust(entry.sha256, DISTRUSTED)
        assert not [e for e in store.entries() if e.der == entry.der and e.trust == TRUSTED]
        store.set_trust(entry.sha256, TRUSTED)
    assert whole() == before


def _pem(entry: Entry) -> bytes:
    return ssl.DER_cert_to_PEM_cert(entry.der).encode()


def test_local_certificates_cannot_be_distrusted(store: CaCertificatesStore) -> None:
    made = make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    with pytest.raises(TrustNotSupported) as caught:
        store.set_trust(made.sha256, DISTRUSTED)
    assert "remove" in caught.value.next_step.lower()


def test_one_leaf_can_be_removed_in_any_order(store: CaCertificatesStore) -> None:
    leaf, intermediate, root = chain()
    sha = [m.sha256 for m in (leaf, intermediate, root)]
    for made in (leaf, intermediate, root):
        store.add(made.der, SERVER_AUTH_ONLY)
    for number in (0, 2, 1):
        assert store.remove(sha[number]) is True
    assert not {e.sha256 for e in store.entries()} & set(sha)
    assert not list(layout.LOCAL.glob("trustmgr-*"))


def test_a_foreign_file_of_our_name_is_never_overwritten(store: CaCertificatesStore) -> None:
    made, other = make(ca=True), make(ca=True)
    path = layout.LOCAL / safe_name(made.der)
    for content in (b"theirs", other.pem):
        path.write_bytes(content)
        before = whole()
        with pytest.raises(UnsafeFile):
            store.add(made.der, SERVER_AUTH_ONLY)
        assert whole() == before
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(UnsafeFile):
        store.add(made.der, SERVER_AUTH_ONLY)
    assert path.is_symlink()


def test_without_rights_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    store = CaCertificatesStore()
    assert store.privilege is Privilege.ADMINISTRATOR
    with pytest.raises(StoreError) as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert "sudo" in caught.value.next_step

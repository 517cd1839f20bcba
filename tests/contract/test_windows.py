"""Windows' stores as crypt32 and the registry have them: run under Wine, and on a runner of CI."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from platform_backends import rights
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Entry,
    NotOurs,
    Operation,
    Origin,
    Privilege,
    RefusedByUser,
    RightsMissing,
    Scope,
    Store,
    StoreError,
    Trust,
    TrustNotSupported,
    WriteFailed,
)
from platform_backends.discovery import all_stores, open_store
from platform_backends.windows import WindowsStore, shelf, shipped
from platform_backends.windows import crypt32 as api
from platform_backends.windows.element import Element
from platform_backends.windows.places import Kind, Place
from tests.contract.store_contract import StoreContract, found, named
from tests.making import Made, make
from tests.windows.own import entries, kept, require, state
from trustmgr.clients.reading import stores_for
from trustmgr.engine import Engine

if sys.platform != "win32":
    pytest.skip("of Windows: its certificate store", allow_module_level=True)

DISTRUSTED = Trust.everything(Decision.DISTRUSTED)
EVERYTHING = Trust.everything(Decision.TRUSTED)
#: Server authentication and IPsec: the second is none of our purposes, and has to survive.
SERVER_AND_IPSEC = x509.ExtendedKeyUsage(
    [x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1"), x509.ObjectIdentifier("1.3.6.1.5.5.7.3.5")]
).public_bytes()


def theirs(der: bytes, usage: bytes | None = None) -> Element:
    """An entry as somebody else makes it, with properties of its own."""
    properties = {11: "Their name\0".encode("utf-16-le"), 13: "Theirs\0".encode("utf-16-le")}
    return Element(der, properties | ({9: usage} if usage is not None else {}))


class WindowsContract(StoreContract):
    identity = ""
    writes = 6
    examples = 10
    foreign_usage: bytes | None = None

    def folders(self, store: Store) -> tuple[Path, ...]:
        return ()

    def state(self, store: Store) -> Any:
        return entries(state())

    def is_place(self, store: Store, entry: Entry) -> bool:
        assert isinstance(store, WindowsStore)
        own = store.place.own
        return entry.location == own.location(entry.der) and entry.location.startswith("HKEY_")

    @pytest.fixture
    def store(self) -> Iterator[WindowsStore]:
        require(self.identity)
        with kept():
            store = open_store(self.identity)
            assert isinstance(store, WindowsStore)
            yield store

    @pytest.fixture
    def foreign(self, store: WindowsStore) -> Made:
        made = self.certificate("Somebody's Root")
        store.place.own.shelf.add(theirs(made.der, self.foreign_usage))
        return made

    def test_an_entry_says_who_added_it_and_what_it_is(
        self, store: WindowsStore, ca: Made, foreign: Made
    ) -> None:
        store.add(ca.der, self.wish)
        ours = store.place.own.shelf.find(ca.der)
        assert ours is not None
        assert ours.ours
        assert ours.friendly_name == "Contract Root"
        (entry,) = found(store, foreign)
        assert entry.origin is (Origin.USER if store.scope is Scope.USER else Origin.ADMINISTRATOR)

    def test_an_undone_removal_of_others_brings_everything_back(
        self, store: WindowsStore, foreign: Made
    ) -> None:
        before = self.state(store)
        (entry,) = found(store, foreign)
        store.remove(foreign.sha256, force=True)
        assert store.add(foreign.der, entry.trust if entry.trust != Trust() else self.wish)
        assert self.state(store) == before

    def test_nobody_without_rights_changes_the_machine(
        self, store: WindowsStore, ca: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rights, "is_administrator", lambda: False)
        if store.scope is Scope.USER:
            assert store.privilege is Privilege.NONE
            return
        assert store.privilege is Privilege.ADMINISTRATOR
        with pytest.raises(RightsMissing):
            store.add(ca.der, self.wish)

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            (1223, RefusedByUser),
            (0x800704C7, RefusedByUser),
            (5, RightsMissing),
            (0x80070005, RightsMissing),
            (0x80092003, WriteFailed),
            (0, WriteFailed),
        ],
    )
    def test_what_windows_refuses_is_told_and_changes_nothing(
        self,
        store: WindowsStore,
        ca: Made,
        monkeypatch: pytest.MonkeyPatch,
        code: int,
        kind: type[StoreError],
    ) -> None:
        """Windows' own question and its rights cannot be had under Wine: its answers can."""
        before = self.state(store)

        def refuse(*_: object) -> bool:
            ctypes.set_last_error(ctypes.c_int(code).value)
            return False

        monkeypatch.setattr(shelf, "_add", refuse)
        with pytest.raises(kind) as caught:
            store.add(ca.der, self.wish)
        assert caught.value.sentence
        assert caught.value.next_step
        assert self.state(store) == before


class TrustingContract(WindowsContract):
    """Root and Trusted People: trust for each purpose, and distrust beside it."""

    foreign_usage = SERVER_AND_IPSEC

    def test_trust_is_kept_for_each_purpose(self, store: Store, ca: Made) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        for wanted in (
            Trust(Decision.TRUSTED, Decision.TRUSTED),
            Trust(email=Decision.TRUSTED),
            EVERYTHING,
            Trust(),
            Trust(code_signing=Decision.TRUSTED, client_auth=Decision.TRUSTED),
        ):
            assert store.set_trust(ca.sha256, wanted) is True
            assert store.set_trust(ca.sha256, wanted) is False
            assert found(store, ca)[0].trust == wanted

    def test_distrust_lies_beside_the_entry_and_comes_off_again(
        self, store: WindowsStore, ca: Made
    ) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        before = self.state(store)
        assert store.set_trust(ca.sha256, Trust(email=Decision.DISTRUSTED)) is True
        assert store.set_trust(ca.sha256, DISTRUSTED) is False
        assert found(store, ca)[0].trust == DISTRUSTED
        assert found(open_store(store.place.disallowed.id), ca)[0].trust == DISTRUSTED
        assert store.set_trust(ca.sha256, SERVER_AUTH_ONLY) is True
        assert self.state(store) == before

    def test_what_others_added_gets_its_usages_back(
        self, store: WindowsStore, foreign: Made
    ) -> None:
        """Ours are four purposes; theirs may be more."""
        before = self.state(store)
        assert found(store, foreign)[0].trust == SERVER_AUTH_ONLY
        for goal in (EVERYTHING, DISTRUSTED, Trust(email=Decision.TRUSTED), SERVER_AUTH_ONLY):
            assert store.set_trust(foreign.sha256, goal) is True
        assert self.state(store) == before

    def test_the_distrust_of_others_needs_force(self, store: WindowsStore, ca: Made) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        store.place.disallowed.own.shelf.add(theirs(ca.der))
        with pytest.raises(NotOurs) as caught:
            store.set_trust(ca.sha256, SERVER_AUTH_ONLY)
        assert store.place.disallowed.id in caught.value.next_step

    def test_trust_and_distrust_together_cannot_be_had(self, store: Store, ca: Made) -> None:
        with pytest.raises(TrustNotSupported):
            store.add(ca.der, Trust(Decision.TRUSTED, Decision.DISTRUSTED))

    def test_removing_what_is_distrusted_and_undoing_that(
        self, store: WindowsStore, ca: Made
    ) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        store.set_trust(ca.sha256, DISTRUSTED)
        assert store.remove(ca.sha256) is True
        assert found(store, ca) == []
        assert found(open_store(store.place.disallowed.id), ca)
        assert store.add(ca.der, DISTRUSTED) is True
        assert found(store, ca)[0].trust == DISTRUSTED


class RootContract(TrustingContract):
    def test_an_intermediate_belongs_elsewhere(self, store: Store, ca: Made) -> None:
        for wrong in (named("Middle", ca), make("leaf.example", ca)):
            with pytest.raises(TrustNotSupported) as caught:
                store.add(wrong.der, SERVER_AUTH_ONLY)
            assert caught.value.next_step

    def test_one_sites_own_certificate_may_be_a_root(self, store: Store) -> None:
        site = make("site.example")
        assert store.add(site.der, SERVER_AUTH_ONLY)
        assert found(store, site)[0].trust == SERVER_AUTH_ONLY


class TestUserRoot(RootContract):
    identity = "windows.user.root"

    def test_windows_question_is_told_before(self, store: Store, ca: Made) -> None:
        said = " ".join(store.preview(Operation.ADD, ca.der))
        assert "answer Yes" in said
        assert ca.certificate.fingerprint(hashes.SHA1()).hex().upper() in said

    def test_what_the_machine_has_can_be_added_for_the_user(self, store: Store, ca: Made) -> None:
        machine = open_store("windows.machine.root")
        assert machine.add(ca.der, SERVER_AUTH_ONLY)
        assert found(store, ca) == []
        assert store.add(ca.der, EVERYTHING) is True
        assert found(store, ca)[0].trust == EVERYTHING
        assert found(machine, ca)[0].trust == SERVER_AUTH_ONLY
        assert store.remove(ca.sha256) is True
        assert found(machine, ca)

    def test_what_a_policy_forbids_is_said(
        self, store: WindowsStore, ca: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = self.state(store)
        monkeypatch.setattr(shelf.Shelf, "seen", lambda *_: False)
        with pytest.raises(WriteFailed):
            store.add(ca.der, SERVER_AUTH_ONLY)
        assert self.state(store) == before


class TestMachineRoot(RootContract):
    identity = "windows.machine.root"

    @pytest.mark.parametrize(
        ("location", "name", "origin"),
        [
            (api.CERT_SYSTEM_STORE_LOCAL_MACHINE, "AuthRoot", Origin.VENDOR),
            (api.CERT_SYSTEM_STORE_LOCAL_MACHINE_GROUP_POLICY, "Root", Origin.POLICY),
        ],
    )
    def test_what_windows_or_a_policy_brought_is_distrusted_instead_of_removed(
        self, store: WindowsStore, ca: Made, location: int, name: str, origin: Origin
    ) -> None:
        shelf.Shelf(location, name).add(theirs(ca.der))
        before = self.state(store)
        (entry,) = found(store, ca)
        assert entry.origin is origin
        with pytest.raises(NotOurs):
            store.remove(ca.sha256, force=True)
        with pytest.raises(TrustNotSupported):
            store.set_trust(ca.sha256, SERVER_AUTH_ONLY)
        assert store.set_trust(ca.sha256, DISTRUSTED) is True
        assert found(store, ca)[0].trust == DISTRUSTED
        assert store.set_trust(ca.sha256, EVERYTHING) is True
        assert self.state(store) == before

    def test_what_every_windows_has_is_the_vendors(
        self, store: WindowsStore, ca: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        thumbprint = ca.certificate.fingerprint(hashes.SHA1()).hex()
        monkeypatch.setattr(shipped, "_THUMBPRINTS", frozenset({thumbprint}))
        store.place.own.shelf.add(theirs(ca.der))
        assert found(store, ca)[0].origin is Origin.VENDOR
        with pytest.raises(NotOurs):
            store.remove(ca.sha256, force=True)


class IntermediatesContract(WindowsContract):
    above = make("Root above", ca=True)

    def certificate(self, name: str) -> Made:
        return named(name, self.above)

    def test_trust_for_nothing_is_no_trust(self, store: Store, ca: Made) -> None:
        """That is all that there can be."""
        assert store.add(ca.der, Trust()) is True

    def test_they_are_known_and_not_trusted(self, store: Store, ca: Made) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        assert found(store, ca)[0].trust == Trust()

    def test_roots_and_leaves_belong_elsewhere(self, store: Store) -> None:
        for wrong in (self.above, make("leaf.example", self.above)):
            with pytest.raises(TrustNotSupported):
                store.add(wrong.der, SERVER_AUTH_ONLY)

    def test_one_can_be_distrusted(self, store: WindowsStore, ca: Made) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        before = self.state(store)
        assert store.set_trust(ca.sha256, DISTRUSTED) is True
        assert found(store, ca)[0].trust == DISTRUSTED
        assert store.set_trust(ca.sha256, Trust()) is True
        assert self.state(store) == before


class TestUserIntermediates(IntermediatesContract):
    identity = "windows.user.ca"


class PeopleContract(TrustingContract):
    def certificate(self, name: str) -> Made:
        attribute = x509.NameAttribute(x509.NameOID.COMMON_NAME, name, _validate=False)
        return make("site.example", subject=x509.Name([attribute]))

    def test_a_ca_belongs_elsewhere(self, store: Store) -> None:
        root = make("Root", ca=True)
        for wrong in (root, named("Middle", root)):
            with pytest.raises(TrustNotSupported):
                store.add(wrong.der, SERVER_AUTH_ONLY)


class TestMachinePeople(PeopleContract):
    identity = "windows.machine.trustedpeople"


class DisallowedContract(WindowsContract):
    wish = DISTRUSTED

    def test_nothing_is_trusted_there(self, store: Store, ca: Made) -> None:
        with pytest.raises(TrustNotSupported):
            store.add(ca.der, SERVER_AUTH_ONLY)


class TestUserDisallowed(DisallowedContract):
    identity = "windows.user.disallowed"


@pytest.mark.parametrize("scope", [Scope.USER, Scope.MACHINE])
def test_personal_certificates_are_shown_and_not_changed(scope: Scope) -> None:
    store = open_store(f"windows.{scope.value}.my")
    store.entries()
    made = make("Me")
    for change in (
        lambda: store.add(made.der, SERVER_AUTH_ONLY),
        lambda: store.remove(made.sha256, force=True),
        lambda: store.set_trust(made.sha256, SERVER_AUTH_ONLY),
    ):
        with pytest.raises(TrustNotSupported):
            change()


def test_every_kind_is_there_for_the_user_first() -> None:
    ids = [store.id for store in all_stores() if store.id.startswith("windows.")]
    words = [kind.value for kind in Kind]
    assert ids == [f"windows.{whom}.{word}" for whom in ("user", "machine") for word in words]


def test_an_import_goes_where_the_certificate_belongs() -> None:
    root = make("Root", ca=True)
    middle, site = named("Middle", root), make("self.example")

    def where(made: Made) -> list[str]:
        return [step.store for step in Engine().plan_import([made.der], from_network=False).steps]

    assert where(root) == ["windows.user.root"]
    assert where(middle) == ["windows.user.ca"]
    assert where(site) == ["windows.user.root"]
    with pytest.raises(TrustNotSupported):
        where(make("leaf.example", middle))


def test_programs_take_their_authorities_from_the_roots() -> None:
    roots = ("windows.user.root", "windows.machine.root")
    assert stores_for("windows", "site.example", 443) == roots
    assert stores_for("dotnet", "site.example", 443) == roots


def test_the_parts_of_a_place_name_their_keys() -> None:
    place = Place(Kind.ROOT, Scope.USER)
    assert place.own.location(b"x").startswith(
        "HKEY_CURRENT_USER\\Software\\Microsoft\\SystemCertificates\\Root\\Certificates\\"
    )

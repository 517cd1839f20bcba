"""What every store must show. Inherit `StoreContract` and give it a `store`."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Entry,
    EntryNotFound,
    NotACertificate,
    NotOurs,
    Operation,
    Origin,
    Store,
    Trust,
    TrustNotSupported,
)
from platform_backends.discovery import open_store
from tests.contract.namespace import snapshot
from tests.making import Made, make

NAMES = (
    "with spaces",
    "quotes ' \" `id` $(id)",
    "line\nbreak",
    "../../../etc/passwd",
    "a/b\\c",
    "Größe 証明書 \u202e",
    "-rf *",
    ".",
    "x" * 64,
    "<b>bold</b>",
)


def named(name: str, issuer: Made | None = None) -> Made:
    attribute = x509.NameAttribute(x509.NameOID.COMMON_NAME, name, _validate=False)
    return make(issuer=issuer, ca=True, subject=x509.Name([attribute]))


def found(store: Store, made: Made) -> list[Entry]:
    return [entry for entry in store.entries() if entry.sha256 == made.sha256]


def add_in_process(
    identity: str, certificates: list[bytes], wish: Trust, begin: tuple[Connection, Connection]
) -> None:
    """The body of one of several processes that write at once."""
    begin[1].close()
    with suppress(EOFError):
        begin[0].recv_bytes()  # nobody holds the other end any more: everybody has been started
    for der in certificates:
        open_store(identity).add(der, wish)


class StoreContract:
    """Subclasses give `store` and `foreign` as fixtures, and the folders that must come back."""

    #: Certificates per process in the test of two writers; slow stores take fewer.
    writes = 8
    examples = 25
    #: What is wished for wherever the suite adds something.
    wish = SERVER_AUTH_ONLY

    def folders(self, store: Store) -> tuple[Path, ...]:
        """Everything the store may write."""
        raise NotImplementedError

    def state(self, store: Store) -> dict[str, tuple[str, int, str]]:
        return snapshot(*(folder for folder in self.folders(store) if folder.exists()))

    def certificate(self, name: str) -> Made:
        """One of those that belong into this store."""
        return named(name)

    def is_place(self, store: Store, entry: Entry) -> bool:
        """Whether an entry says that it lies where the store may write."""
        return Path(entry.location).parent in self.folders(store)

    @pytest.fixture
    def ca(self) -> Made:
        return self.certificate("Contract Root")

    def test_it_says_what_it_is(self, store: Store) -> None:
        assert store.id
        assert store.title
        assert store.availability().available
        assert open_store(store.id).id == store.id

    def test_what_was_added_is_listed_with_equal_bytes_and_trust(
        self, store: Store, ca: Made
    ) -> None:
        assert store.add(ca.der, self.wish) is True
        (entry,) = found(store, ca)
        assert entry.der == ca.der
        assert entry.trust == store.effective_trust(self.wish)
        assert entry.origin is Origin.THIS_PROGRAM

    def test_add_is_idempotent(self, store: Store, ca: Made) -> None:
        assert store.add(ca.der, self.wish) is True
        after = self.state(store)
        assert store.add(ca.der, self.wish) is False
        assert self.state(store) == after

    def test_removing_restores_the_exact_earlier_state(self, store: Store, ca: Made) -> None:
        store.add(self.certificate("Another Root").der, self.wish)
        before = self.state(store)
        store.add(ca.der, self.wish)
        assert self.state(store) != before
        assert store.remove(ca.sha256) is True
        assert self.state(store) == before
        assert found(store, ca) == []

    def test_removing_what_is_not_there_changes_nothing(self, store: Store, ca: Made) -> None:
        before = self.state(store)
        assert store.remove(ca.sha256) is False
        assert self.state(store) == before

    def test_trust_of_what_is_not_there_cannot_change(self, store: Store, ca: Made) -> None:
        with pytest.raises(EntryNotFound):
            store.set_trust(ca.sha256, self.wish)

    def test_removing_what_others_added_needs_force(self, store: Store, foreign: Made) -> None:
        before = self.state(store)
        with pytest.raises(NotOurs):
            store.remove(foreign.sha256)
        assert self.state(store) == before
        assert store.remove(foreign.sha256, force=True) is True
        assert found(store, foreign) == []

    def test_what_others_added_is_never_touched(
        self, store: Store, foreign: Made, ca: Made
    ) -> None:
        before = self.state(store)
        assert store.add(foreign.der, self.wish) is False
        assert self.state(store) == before
        store.add(ca.der, self.wish)
        store.remove(ca.sha256)
        assert self.state(store) == before

    @pytest.mark.parametrize(
        "bad", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
    )
    def test_a_bad_certificate_is_refused_before_the_store_is_opened(
        self, store: Store, bad: bytes
    ) -> None:
        before = self.state(store)
        with pytest.raises(NotACertificate):
            store.add(bad, self.wish)
        assert self.state(store) == before

    def test_a_private_key_and_several_certificates_are_refused(
        self, store: Store, ca: Made
    ) -> None:
        for bad in (ca.key_pem, ca.pem + ca.key_pem, ca.pem + make(ca=True).pem, ca.der + b"\0"):
            with pytest.raises(NotACertificate) as caught:
                store.add(bad, self.wish)
            assert caught.value.sentence
            assert caught.value.next_step

    def test_what_a_store_makes_of_a_wish_it_takes_for_one(self, store: Store, ca: Made) -> None:
        """A plan shows what the store will record, and then asks for exactly that."""
        effective = store.effective_trust(self.wish)
        assert store.effective_trust(effective) == effective
        assert store.add(ca.der, effective) is True
        assert found(store, ca)[0].trust == effective
        assert store.add(ca.der, effective) is False

    def test_trust_for_nothing_is_no_trust(self, store: Store, ca: Made) -> None:
        with pytest.raises(TrustNotSupported):
            store.add(ca.der, Trust())

    @pytest.mark.parametrize("name", NAMES)
    def test_names_are_harmless(self, store: Store, name: str) -> None:
        self.round_trip(store, self.certificate(name))

    def test_any_name_is_harmless(self, store: Store) -> None:
        @settings(
            max_examples=self.examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64))
        def check(name: str) -> None:
            self.round_trip(store, self.certificate(name))

        check()

    def round_trip(self, store: Store, made: Made) -> None:
        before = self.state(store)
        assert store.add(made.der, self.wish)
        (entry,) = found(store, made)
        assert entry.der == made.der
        assert self.is_place(store, entry)
        assert store.remove(made.sha256)
        if before:
            assert self.state(store) == before

    def test_the_preview_names_what_a_change_does(self, store: Store, ca: Made) -> None:
        store.add(ca.der, self.wish)
        (entry,) = found(store, ca)
        assert any(entry.location in line for line in store.preview(Operation.ADD, ca.der))

    def test_two_processes_writing_at_once_lose_nothing(self, store: Store) -> None:
        made = [self.certificate(f"Root {i}") for i in range(2 * self.writes)]
        context: Any = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
        begin = context.Pipe(duplex=False)  # a barrier of the library's would need /dev/shm
        halves = [[m.der for m in made[::2]], [m.der for m in made[1::2]]]
        target: Callable[..., None] = add_in_process
        words = [(store.id, half, self.wish, begin) for half in halves]
        writers = [context.Process(target=target, args=arguments) for arguments in words]
        for writer in writers:
            writer.start()
        for end in begin:
            end.close()
        for writer in writers:
            writer.join(100)
            assert writer.exitcode == 0
        assert {m.sha256 for m in made} <= {entry.sha256 for entry in store.entries()}

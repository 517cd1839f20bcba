"""What every store must show. Inherit `StoreContract` and give it a `store`."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

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


def named(name: str) -> Made:
    attribute = x509.NameAttribute(x509.NameOID.COMMON_NAME, name, _validate=False)
    return make(ca=True, subject=x509.Name([attribute]))


Ends = tuple[Connection, Connection]


def found(store: Store, made: Made) -> list[Entry]:
    return [entry for entry in store.entries() if entry.sha256 == made.sha256]


def add_in_process(identity: str, certificates: list[bytes], begin: Ends) -> None:
    """The body of one of several processes that write at once."""
    begin[1].close()
    with contextlib.suppress(EOFError):  # nobody holds the other end: everybody has been started
        begin[0].recv_bytes()
    for der in certificates:
        open_store(identity).add(der, SERVER_AUTH_ONLY)


class StoreContract:
    """Subclasses give `store` and `foreign` as fixtures, and the folders that must come back."""

    #: Certificates per process in the test of two writers; slow stores take fewer.
    writes = 8
    examples = 25

    def folders(self, store: Store) -> tuple[Path, ...]:
        """Everything the store may write."""
        raise NotImplementedError

    def state(self, store: Store) -> dict[str, tuple[str, int, str]]:
        return snapshot(*(folder for folder in self.folders(store) if folder.exists()))

    @pytest.fixture
    def ca(self) -> Made:
        return make("Contract Root", ca=True)

    def test_it_says_what_it_is(self, store: Store) -> None:
        assert store.id
        assert store.title
        assert store.availability().available
        assert open_store(store.id).id == store.id

    def test_what_was_added_is_listed_with_equal_bytes_and_trust(
        self, store: Store, ca: Made
    ) -> None:
        assert store.add(ca.der, SERVER_AUTH_ONLY) is True
        (entry,) = found(store, ca)
        assert entry.der == ca.der
        assert entry.trust == store.effective_trust(SERVER_AUTH_ONLY)
        assert entry.origin is Origin.THIS_PROGRAM

    def test_add_is_idempotent(self, store: Store, ca: Made) -> None:
        assert store.add(ca.der, SERVER_AUTH_ONLY) is True
        after = self.state(store)
        assert store.add(ca.der, SERVER_AUTH_ONLY) is False
        assert self.state(store) == after

    def test_removing_restores_the_exact_earlier_state(self, store: Store, ca: Made) -> None:
        store.add(make("Another Root", ca=True).der, SERVER_AUTH_ONLY)
        before = self.state(store)
        store.add(ca.der, SERVER_AUTH_ONLY)
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
            store.set_trust(ca.sha256, SERVER_AUTH_ONLY)

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
        assert store.add(foreign.der, SERVER_AUTH_ONLY) is False
        assert self.state(store) == before
        store.add(ca.der, SERVER_AUTH_ONLY)
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
            store.add(bad, SERVER_AUTH_ONLY)
        assert self.state(store) == before

    def test_a_private_key_and_several_certificates_are_refused(
        self, store: Store, ca: Made
    ) -> None:
        for bad in (ca.key_pem, ca.pem + ca.key_pem, ca.pem + make(ca=True).pem, ca.der + b"\0"):
            with pytest.raises(NotACertificate) as caught:
                store.add(bad, SERVER_AUTH_ONLY)
            assert caught.value.sentence
            assert caught.value.next_step

    def test_trust_for_nothing_is_no_trust(self, store: Store, ca: Made) -> None:
        with pytest.raises(TrustNotSupported):
            store.add(ca.der, Trust())

    @pytest.mark.parametrize("name", NAMES)
    def test_names_are_harmless(self, store: Store, name: str) -> None:
        self.round_trip(store, named(name))

    def test_any_name_is_harmless(self, store: Store) -> None:
        @settings(
            max_examples=self.examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64))
        def check(name: str) -> None:
            self.round_trip(store, named(name))

        check()

    def round_trip(self, store: Store, made: Made) -> None:
        before = self.state(store)
        assert store.add(made.der, SERVER_AUTH_ONLY)
        (entry,) = found(store, made)
        assert entry.der == made.der
        assert Path(entry.location).parent in self.folders(store)
        assert store.remove(made.sha256)
        if before:
            assert self.state(store) == before

    def test_the_preview_names_what_a_change_does(self, store: Store, ca: Made) -> None:
        store.add(ca.der, SERVER_AUTH_ONLY)
        (entry,) = found(store, ca)
        assert any(entry.location in line for line in store.preview(Operation.ADD, ca.der))

    def test_two_processes_writing_at_once_lose_nothing(self, store: Store) -> None:
        made = [make(f"Root {i}", ca=True) for i in range(2 * self.writes)]
        context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        begin = context.Pipe(duplex=False)  # a barrier of the library's would need /dev/shm
        halves = [[m.der for m in made[::2]], [m.der for m in made[1::2]]]
        target: Callable[..., None] = add_in_process
        writers = [context.Process(target=target, args=(store.id, h, begin)) for h in halves]
        for writer in writers:
            writer.start()
        for end in begin:
            end.close()
        for writer in writers:
            writer.join(100)
            assert writer.exitcode == 0
        assert {m.sha256 for m in made} <= {entry.sha256 for entry in store.entries()}

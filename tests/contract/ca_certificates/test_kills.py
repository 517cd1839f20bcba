"""Killed at each step, and the records that settle it."""

from __future__ import annotations

import gzip
import multiprocessing
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout
from tests.contract import namespace
from tests.contract.ca_certificates.system import DISTRUSTED, INSTALLED, TRUSTED, vendor, whole
from tests.contract.killing import count_steps, killed_at
from tests.contract.store_contract import found
from tests.making import make

pytestmark = INSTALLED


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", ["add", "remove", "distrust"])
def test_killed_at_every_step_it_is_before_or_after(
    store: CaCertificatesStore, operation: str
) -> None:
    made = make("Killed", ca=True)
    first = vendor(store).sha256
    do, undo = {
        "add": (
            lambda: store.add(made.der, SERVER_AUTH_ONLY),
            lambda: store.remove(made.sha256),
        ),
        "remove": (
            lambda: store.remove(made.sha256),
            lambda: store.add(made.der, SERVER_AUTH_ONLY),
        ),
        "distrust": (
            lambda: store.set_trust(first, DISTRUSTED),
            lambda: store.set_trust(first, TRUSTED),
        ),
    }[operation]
    if operation == "remove":
        store.add(made.der, SERVER_AUTH_ONLY)
    before = whole()
    moments = count_steps(do)
    after = whole()
    undo()
    assert whole() == before
    assert len(moments) > 8
    for moment in range(len(moments)):
        killed_at(moment, do)
        store.settle()
        assert whole() in (before, after), moments[moment]
        (do if moment % 2 else undo)()
        assert whole() == (after if moment % 2 else before), moments[moment]
        undo()
        assert whole() == before, moments[moment]


def test_records_of_another_store_are_left_alone(store: CaCertificatesStore) -> None:
    """Mount namespaces and containers may share /var/lib and have an /etc/ssl each."""
    store, made, before = CaCertificatesStore(), make("Elsewhere", ca=True), whole()
    moments = count_steps(lambda: store.add(made.der, SERVER_AUTH_ONLY))
    store.remove(made.sha256)
    killed_at(moments.index("updated"), lambda: store.add(made.der, SERVER_AUTH_ONLY))
    (mark,) = layout.DERIVED.glob(".trustmgr-*.tmp")
    (left,) = layout.RECORDS.glob("doing-*.gz")
    mark.unlink()  # as another view of the machine would see it
    half = whole()
    assert store.settle() is False
    assert left.exists()
    assert whole() == half
    mark.touch()
    assert store.settle() is True
    assert whole() == before
    assert not left.exists()


def test_stores_that_share_records_do_not_disturb_each_other(
    private_machine: Path, store: CaCertificatesStore
) -> None:
    """Each is restored exactly, though their contents are equal after the change."""
    made, before = make("Twice", ca=True), whole()
    link = next(p for p in sorted(layout.DERIVED.glob("*.0")) if p.is_symlink())
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def body() -> None:
        namespace.another_view(private_machine)
        link.unlink()  # the command puts it back
        its_before = whole()
        there.send(store.add(made.der, SERVER_AUTH_ONLY))
        there.recv()
        store.remove(made.sha256)
        there.send(whole() == its_before != before)

    child = context.Process(target=body)
    child.start()
    assert here.poll(100)
    assert here.recv() is True
    store.add(made.der, SERVER_AUTH_ONLY)
    here.send("go on")
    assert here.poll(100)
    assert here.recv() is True
    child.join(100)
    store.remove(made.sha256)
    assert whole() == before


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign"])
def test_damaged_records_stop_nothing(store: CaCertificatesStore, damage: str) -> None:
    made, other = make("Damaged", ca=True), make("Other", ca=True)
    moments = count_steps(lambda: store.add(other.der, SERVER_AUTH_ONLY))
    killed_at(moments.index("updated"), lambda: store.add(made.der, SERVER_AUTH_ONLY))
    for path in layout.RECORDS.glob("*.gz"):
        data = path.read_bytes()
        half = len(data) // 2
        path.write_bytes(
            {
                "empty": b"",
                "cut": data[:half],
                "flipped": data[:half] + bytes(b ^ 255 for b in data[half:]),
                "foreign": gzip.compress(b'{"image": [1], "sources": {"a": 1}}'),
            }[damage]
        )
    assert store.settle() is False
    for one in (made, other):
        assert store.remove(one.sha256) is True
        assert not found(store, one)

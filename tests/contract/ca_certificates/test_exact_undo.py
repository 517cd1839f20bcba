"""What was taken back leaves exactly what was there, in any order."""

from __future__ import annotations

import subprocess

import pytest

from platform_backends.base import SERVER_AUTH_ONLY
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout, tool
from tests.contract import namespace
from tests.contract.ca_certificates.system import INSTALLED, whole
from tests.contract.namespace import NamespaceRefused, private_mounts
from tests.making import make

pytestmark = INSTALLED


def test_a_forced_removal_can_be_taken_back_exactly(store: CaCertificatesStore) -> None:
    one, two = make("One", ca=True), make("Two", ca=True)
    path = layout.LOCAL / "two in one.crt"
    path.write_bytes(b"# note\n" + one.pem + two.pem)
    path.chmod(0o640)
    subprocess.run(tool.command(fresh=True), check=True, capture_output=True)
    before = whole()
    store.remove(one.sha256, force=True)
    assert path.read_bytes() == b"# note\n" + two.pem
    store.add(one.der, SERVER_AUTH_ONLY)
    assert whole() == before


def test_undone_in_any_order_it_is_exact(store: CaCertificatesStore) -> None:
    """Also where somebody put a plain file in place of a link: others' names are never touched."""
    one, two = make("One", ca=True), make("Two", ca=True)
    link = next(p for p in sorted(layout.DERIVED.glob("*.pem")) if p.is_symlink())
    content = link.read_bytes()
    link.unlink()
    link.write_bytes(content)
    before = whole()
    for made in (one, two):
        store.add(made.der, SERVER_AUTH_ONLY)
        assert link.is_file()
        assert not link.is_symlink()
    for made in (one, two):
        store.remove(made.sha256)
    assert whole() == before


def test_a_forced_removal_is_taken_back_after_other_changes(store: CaCertificatesStore) -> None:
    theirs, other = make("Theirs", ca=True), make("Other", ca=True)
    path = layout.LOCAL / "theirs.crt"
    path.write_bytes(b"# note\n" + theirs.pem)
    path.chmod(0o600)
    subprocess.run(tool.command(fresh=True), check=True, capture_output=True)
    before = whole()
    store.remove(theirs.sha256, force=True)
    without = whole()
    store.add(other.der, SERVER_AUTH_ONLY)
    store.add(theirs.der, SERVER_AUTH_ONLY)
    assert path.read_bytes() == b"# note\n" + theirs.pem
    store.remove(other.sha256)
    assert whole() == before
    store.remove(theirs.sha256)  # takes our own bringing back back: no force is needed
    assert whole() == without


def test_the_hook_of_java_leaves_no_trace() -> None:
    if not any(namespace.HOOKS.glob("*")):
        pytest.skip("no hooks of ca-certificates here")
    try:
        with private_mounts(hooks=True):
            store, made, before = CaCertificatesStore(), make("Java", ca=True), whole()
            store.add(made.der, SERVER_AUTH_ONLY)
            store.remove(made.sha256)
            assert whole() == before
    except NamespaceRefused as refused:
        pytest.skip(f"private mount namespace: {refused}")

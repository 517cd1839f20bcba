"""The stores of single tools, in a home of the test's own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    NotOurs,
    Origin,
    Store,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
)
from platform_backends.tool_settings import ToolStore, places
from platform_backends.tool_settings.store import _TOOLS
from tests.contract.store_contract import StoreContract, found
from tests.contract.tool_home import state, theirs, tool_store
from tests.making import Made, make


class TestTools(StoreContract):
    writes = 4
    examples = 5

    @pytest.fixture(params=_TOOLS)
    def store(self, request: pytest.FixtureRequest, home: Path) -> ToolStore:
        return tool_store(request.param)

    @pytest.fixture
    def foreign(self, store: ToolStore, home: Path) -> Made:
        return theirs(home, store.tool.name)[0]

    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, ToolStore)
        return (places.home(), store.changes.folder)

    def state(self, store: Store) -> dict[str, tuple[str, int, str]]:
        return state(*(folder for folder in self.folders(store) if folder.exists()))

    def test_two_processes_writing_at_once_lose_nothing(self, store: Store) -> None:
        if sys.platform == "win32" and store.id not in ("tool.git", "tool.conda", "tool.node"):
            pytest.skip("of Windows: starting processes is slow, and one of each kind is enough")
        super().test_two_processes_writing_at_once_lose_nothing(store)


@pytest.fixture(params=_TOOLS)
def name(request: pytest.FixtureRequest, home: Path) -> str:
    return str(request.param)


def test_the_last_removal_leaves_nothing(home: Path, name: str) -> None:
    before, store, made = state(home), tool_store(name), make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert store.changes.bundle.exists()
    store.remove(made.sha256)
    assert state(home) == before


def test_their_bundle_is_built_upon_and_everything_comes_back(home: Path, name: str) -> None:
    foreign, bundle, _ = theirs(home, name)
    before, store, made = state(home), tool_store(name), make(ca=True)
    kept = bundle.read_bytes()
    store.add(made.der, SERVER_AUTH_ONLY)
    assert bundle.read_bytes() == kept
    assert {e.origin for e in found(store, made)} == {Origin.THIS_PROGRAM}
    assert {e.origin for e in found(store, foreign)} == {Origin.USER}
    assert len(store.entries()) == 3
    store.remove(made.sha256)
    assert state(home) == before


def test_what_replaces_holds_the_machines_roots(home: Path, name: str) -> None:
    store, made = tool_store(name), make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert len(store.entries()) == (3 if store.tool.replaces else 1)


def test_a_bundle_is_told_stale_and_made_anew(home: Path, name: str) -> None:
    store, made, new = tool_store(name), make(ca=True), make("New vendor", ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert not store.stale()
    places.MACHINE[0].write_bytes(new.pem)
    assert store.stale() is store.tool.replaces
    if store.tool.replaces and not store.tool.variable:
        assert "changed" in store.availability().reason
    assert store.refresh() is store.tool.replaces
    assert not store.stale()
    assert bool(found(store, new)) is store.tool.replaces
    other = make("Other", ca=True)
    places.MACHINE[0].write_bytes(make("Newer", ca=True).pem)
    store.add(other.der, SERVER_AUTH_ONLY)
    assert not store.stale()
    for one in (made, other):
        store.remove(one.sha256)


@pytest.mark.parametrize("what", ["record.json", "bundle.pem", "."])
def test_what_of_ours_somebody_deleted_is_said(home: Path, name: str, what: str) -> None:
    store, made = tool_store(name), make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    shutil.rmtree(store.changes.folder) if what == "." else (store.changes.folder / what).unlink()
    before, said = store.tool.medium.text(store.tool.write), store.availability()
    assert not said.available
    assert said.fix
    if what == "bundle.pem":  # the record tells what was in it
        assert store.refresh() is True
        assert found(store, made)
    else:
        with pytest.raises(StoreUnavailable):
            store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert store.tool.medium.text(store.tool.write) == before


def test_a_missing_file_is_said_and_not_built_upon(home: Path, name: str) -> None:
    _, bundle, _ = theirs(home, name)
    bundle.unlink()
    before, store = state(home), tool_store(name)
    found_out = store.availability()
    assert not found_out.available
    assert str(bundle) in found_out.reason
    assert found_out.fix
    with pytest.raises(StoreUnavailable):
        store.entries()
    with pytest.raises(StoreUnavailable):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert state(home) == before


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("git", "[http]\n sslVerify = false\n"),
        ("git", '[http "https://x/"]\n sslVerify = 0\n'),
        ("npm", "strict-ssl=false\n"),
        ("pip", "[global]\ntrusted-host = a\n"),
        ("curl", "insecure\n"),
        ("curl", "-k\n"),
        ("wget", "check_certificate = off\n"),
    ],
)
def test_verification_that_is_switched_off_is_said(home: Path, tool: str, text: str) -> None:
    store = tool_store(tool)
    store.tool.write.parent.mkdir(parents=True, exist_ok=True)
    store.tool.write.write_text(text)
    said = store.availability()
    assert said.available
    assert str(store.tool.write) in said.reason
    assert store.tool.write.read_text() == text


def test_a_missing_tool_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(home))
    said = tool_store("npm").availability()
    assert (said.available, said.reason) == (False, "npm is not installed.")


def test_a_stronger_variable_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSL_CAINFO", "/opt/x.pem")
    assert "GIT_SSL_CAINFO" in tool_store("git").availability().reason


def test_a_variable_of_the_session_is_built_upon(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = home / "session.pem"
    bundle.write_bytes(make("Session", ca=True).pem)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(bundle))
    store = tool_store("node")
    store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert len(store.entries()) == 2
    assert store.availability().fix == store.tool.renew


def test_a_variable_left_over_in_the_session_is_said_and_does_no_harm(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the next log-in the variable names our bundle; undo takes the bundle away under it."""
    store, der = tool_store("requests"), make(ca=True).der
    store.add(der, SERVER_AUTH_ONLY)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(store.changes.bundle))
    sha256 = next(e.sha256 for e in store.entries() if e.der == der)
    assert store.remove(sha256)
    assert der not in [entry.der for entry in store.entries()]
    assert "REQUESTS_CA_BUNDLE still names" in store.availability().reason
    assert store.add(der, SERVER_AUTH_ONLY)
    assert der in [entry.der for entry in store.entries()]


def test_only_trust_for_servers_is_known(home: Path, name: str) -> None:
    for trust in (Trust.everything(Decision.DISTRUSTED), Trust(email=Decision.TRUSTED)):
        with pytest.raises(TrustNotSupported):
            tool_store(name).add(make(ca=True).der, trust)


def test_roots_that_a_bundle_begins_with_are_not_removed_here(home: Path) -> None:
    store = tool_store("git")
    store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    root = next(entry for entry in store.entries() if entry.origin is Origin.VENDOR)
    kept = places.MACHINE[0].read_bytes()
    with pytest.raises(NotOurs):
        store.remove(root.sha256, force=True)
    assert places.MACHINE[0].read_bytes() == kept

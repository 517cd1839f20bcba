"""The stores of Docker and Podman for one registry: folders of certificates."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    NotOurs,
    Origin,
    Privilege,
    RightsMissing,
    Store,
    Trust,
    TrustNotSupported,
    UnsafeFile,
)
from platform_backends.discovery import open_store
from platform_backends.tool_settings import places
from platform_backends.tool_settings.certs_folder import CertsFolderStore
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import snapshot
from tests.contract.store_contract import StoreContract, found
from tests.making import Made, make

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="of Linux: settings of tools, so far"
)

SITE = "git.example.org:8443"


def registry(site: str = SITE, engine: str = "docker") -> CertsFolderStore:
    store = open_store(f"tool.{engine}@{site}")
    assert isinstance(store, CertsFolderStore)
    return store


class TestRegistry(StoreContract):
    examples = 5

    @pytest.fixture(params=["docker", "podman"])
    def store(self, request: pytest.FixtureRequest, home: Path) -> CertsFolderStore:
        (places.SYSTEM / "docker").mkdir(parents=True)
        (places.SYSTEM / "containers").mkdir()
        if request.param == "docker" and os.geteuid():
            pytest.skip("of users: root changes what is below /etc")
        return registry(engine=request.param)

    @pytest.fixture
    def foreign(self, store: CertsFolderStore) -> Made:
        made = make("Somebody's Root", ca=True)
        store.path.mkdir(parents=True)
        (store.path / "ca.crt").write_bytes(make("Second", ca=True).pem + made.pem)
        (store.path / "ca.pem").write_bytes(make("Of no account", ca=True).pem)
        return made

    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, CertsFolderStore)
        return (store.path,)


def test_registries_keep_the_files_of_others(home: Path) -> None:
    """An administrator's ca.crt and a client's certificate stay, and with them the folder, then theirs."""
    if os.geteuid():
        pytest.skip("of users: root changes what is below /etc")
    made, second = make(ca=True), make("Second", ca=True)
    (places.SYSTEM / "docker").mkdir(parents=True)
    before, store = snapshot(places.SYSTEM), registry()
    store.add(made.der, SERVER_AUTH_ONLY)
    (store.path / "client.cert").write_bytes(b"theirs")
    (store.path / "ca.crt").write_bytes(second.pem)
    kept = snapshot(store.path)
    assert {e.origin for e in found(store, second)} == {Origin.ADMINISTRATOR}
    with pytest.raises(NotOurs):
        store.remove(second.sha256)
    store.remove(made.sha256)
    assert [name for name in kept if "trustmgr" not in name] == list(snapshot(store.path))
    (store.path / "client.cert").unlink()
    store.remove(second.sha256, force=True)
    assert list(store.path.iterdir()) == []
    store.path.rmdir()
    store.path.parent.rmdir()
    assert snapshot(places.SYSTEM) == before


def test_folders_that_were_made_go_again_and_others_stay(home: Path) -> None:
    (places.SYSTEM / "containers").mkdir(parents=True)
    store, made, second = registry(engine="podman"), make(ca=True), make("Second", ca=True)
    for there in (None, store.path.parents[1], store.path.parent, store.path):
        if there is not None:
            there.mkdir(parents=True)
        before = snapshot(home)
        for one in (made, second):
            store.add(one.der, SERVER_AUTH_ONLY)
        for one in (made, second):
            store.remove(one.sha256)
        assert snapshot(home) == before


@pytest.mark.parametrize(
    ("made", "used"),
    [
        ((), "docker/certs.d/r.example"),
        (("docker/certs.d/r.example:443",), "docker/certs.d/r.example:443"),
        (
            ("docker/certs.d/r.example", "docker/certs.d/r.example:443"),
            "docker/certs.d/r.example",
        ),
    ],
)
def test_the_folder_of_a_registry_on_the_usual_port(
    home: Path, made: tuple[str, ...], used: str
) -> None:
    for name in made:
        (places.SYSTEM / name).mkdir(parents=True)
    assert registry("r.example:443").path == places.SYSTEM / used


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="of users: root alone can give files away"
)
def test_root_is_not_led_out_of_the_home_of_a_user(home: Path, tmp_path: Path) -> None:
    (places.SYSTEM / "containers").mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.mkdir()
    (home / ".config").symlink_to(victim)
    os.chown(home, 65534, 65534)
    with pytest.raises(UnsafeFile):
        registry(engine="podman").add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert list(victim.iterdir()) == []
    os.chown(victim, 65534, 65534)
    assert registry(engine="podman").add(make(ca=True).der, SERVER_AUTH_ONLY)


def test_podman_goes_on_with_the_folder_that_it_reads(home: Path) -> None:
    own = home / ".config" / "containers" / "certs.d" / SITE
    assert registry(engine="podman").path == own
    shared = places.SYSTEM / "docker" / "certs.d" / SITE
    shared.mkdir(parents=True)
    assert registry(engine="podman").path == shared
    own.mkdir(parents=True)
    assert registry(engine="podman").path == own


def test_docker_without_root_reads_the_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = home / ".config" / "docker" / "certs.d" / SITE
    system = places.SYSTEM / "docker" / "certs.d" / SITE
    (places.SYSTEM / "docker").mkdir(parents=True)  # Docker is here, as a program or not
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert registry().path == system
    assert registry().privilege is Privilege.ADMINISTRATOR
    with pytest.raises(RightsMissing):
        registry().add(make(ca=True).der, SERVER_AUTH_ONLY)
    (home / ".docker").mkdir()
    for text, path in (("{", system), ("[]", system), ('{"currentContext": "rootless"}', own)):
        (home / ".docker" / "config.json").write_text(text)
        assert registry().path == path
    monkeypatch.setenv("DOCKER_HOST", "unix:///var/run/docker.sock")
    assert registry().path == system
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/user/1000/docker.sock")
    assert registry().path == own
    assert registry().privilege is Privilege.NONE


def test_registries_know_trust_for_servers_alone(home: Path) -> None:
    for trust in (Trust.everything(Decision.DISTRUSTED), Trust(email=Decision.TRUSTED)):
        with pytest.raises(TrustNotSupported):
            registry(engine="podman").add(make(ca=True).der, trust)


def test_a_registry_killed_at_every_step_is_before_or_after(home: Path) -> None:
    (places.SYSTEM / "containers").mkdir(parents=True)
    store, made, other = registry(engine="podman"), make(ca=True), make("Other", ca=True)
    folder = store.path.parent
    folder.mkdir(parents=True)
    for earlier in (None, other):
        if earlier is not None:
            store.add(earlier.der, SERVER_AUTH_ONLY)
        before = snapshot(folder)
        moments = count_steps(lambda: store.add(made.der, SERVER_AUTH_ONLY))
        after = snapshot(folder)
        store.remove(made.sha256)
        assert snapshot(folder) == before
        for moment in range(len(moments)):
            killed_at(moment, lambda: store.add(made.der, SERVER_AUTH_ONLY))
            store.settle()
            assert snapshot(folder) in (before, after), moments[moment]
            store.add(made.der, SERVER_AUTH_ONLY)
            assert snapshot(folder) == after
            store.remove(made.sha256)
            assert snapshot(folder) == before

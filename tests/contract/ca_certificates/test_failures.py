"""Commands that fail, and disks that are full or may not be written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, WriteFailed
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout
from platform_backends.system_store import run
from tests.contract import namespace
from tests.contract.ca_certificates.system import INSTALLED, instead_of_tool, whole
from tests.contract.namespace import unbind
from tests.contract.store_contract import found
from tests.making import make

pytestmark = INSTALLED


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "exit 0",
        "kill -9 $$",
        "rm -f /etc/ssl/certs/*.0 /etc/ssl/certs/ca-certificates.crt; exit 3",
        "echo > /etc/ssl/certs/ca-certificates.crt; ln -s x /etc/ssl/certs/new.0; kill -9 $$",
        "sleep 600",
        "cat /usr/local/share/ca-certificates/trustmgr-* > /etc/ssl/certs/ca-certificates.crt",
    ],
)
def test_a_failing_command_loses_nothing(
    private_machine: Path, store: CaCertificatesStore, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "TIMEOUT", 1.0 if "sleep" in script else 60.0)
    made, before = make(ca=True), whole()
    with instead_of_tool(private_machine, script), pytest.raises(WriteFailed) as caught:
        store.add(made.der, SERVER_AUTH_ONLY)
    assert caught.value.rolled_back
    assert whole() == before
    assert store.settle() is False


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "rm -f /etc/ssl/certs/*.0; exit 3"])
def test_a_failing_removal_loses_nothing(
    private_machine: Path, store: CaCertificatesStore, script: str
) -> None:
    made = make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    before = whole()
    with instead_of_tool(private_machine, script), pytest.raises(WriteFailed):
        store.remove(made.sha256)
    assert whole() == before
    assert store.remove(made.sha256) is True


def test_a_missing_command_is_said_before_anything_changes(
    store: CaCertificatesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "TOOLS", (Path("/nowhere/update-ca-certificates"),))
    before = whole()
    assert store.entries()
    with pytest.raises(WriteFailed) as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert "apt install" in caught.value.next_step
    assert whole() == before


@pytest.mark.parametrize("place", ["/etc/ssl", "/usr/local/share", "/var/lib"])
def test_a_read_only_disk_loses_nothing(store: CaCertificatesStore, place: str) -> None:
    one, two, before = make(ca=True), make(ca=True), whole()
    namespace.read_only(Path(place))
    with pytest.raises(WriteFailed) as caught:
        store.add(one.der, SERVER_AUTH_ONLY)
    unbind(Path(place))
    assert caught.value.rolled_back
    assert "Read-only" in caught.value.sentence
    assert whole() == before
    store.add(two.der, SERVER_AUTH_ONLY)
    after = whole()
    namespace.read_only(Path(place))
    with pytest.raises(WriteFailed):
        store.remove(two.sha256)
    unbind(Path(place))
    assert whole() == after
    store.remove(two.sha256)
    assert whole() == before


@pytest.mark.parametrize(
    "place", ["/etc/ssl/certs", "/usr/local/share/ca-certificates", "/var/lib"]
)
@pytest.mark.parametrize("left", [0, 100_000, 900_000])
def test_a_full_disk_loses_nothing(
    private_machine: Path, store: CaCertificatesStore, place: str, left: int
) -> None:
    copy = private_machine / "copy"
    subprocess.run(["cp", "-a", place, str(copy)], check=True)
    namespace.tmpfs(Path(place), f"size={_size(copy) + left},mode=0755")
    try:
        subprocess.run(["cp", "-a", f"{copy}/.", place], check=True)
        before = whole()
        made = make(ca=True)
        try:
            store.add(made.der, SERVER_AUTH_ONLY)
        except WriteFailed as error:
            assert error.rolled_back
            assert whole() == before
        else:
            assert found(store, made)
            store.remove(made.sha256)
            assert whole() == before
    finally:
        unbind(Path(place))


def _size(folder: Path) -> int:
    """Bytes in whole pages, as a file system in memory counts."""
    pages = sum((p.lstat().st_size + 4095) // 4096 for p in folder.rglob("*") if p.is_file())
    return (pages + 4) * 4096


def test_limited_file_sizes_lose_nothing(store: CaCertificatesStore) -> None:
    import resource

    before, earlier = whole(), resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (10, 50_000, 250_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, earlier[1]))
        try:
            with pytest.raises(WriteFailed):
                store.add(make(ca=True).der, SERVER_AUTH_ONLY)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, earlier)
        assert whole() == before

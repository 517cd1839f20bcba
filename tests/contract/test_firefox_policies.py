"""The policies of Firefox, in a private mount namespace (needs root; skipped otherwise)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_backends import files
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Origin,
    Store,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    UnsafeFile,
)
from platform_backends.firefox_policies import FirefoxPoliciesStore, layout
from platform_backends.firefox_policies.change import our_file
from platform_backends.nss import profiles
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import private_machine, snapshot, tmpfs
from tests.contract.store_contract import StoreContract, found
from tests.making import Made, make

__all__ = ["private_machine"]

THEIRS = '{\r\n\t"policies": {\r\n\t\t"DisableTelemetry": true,\r\n\t\t"Homepage": {"URL": "https://x/"}\r\n\t}\r\n}'


@pytest.fixture(autouse=True)
def firefox_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "reads_policies", lambda: True)


@pytest.fixture
def store(private_machine: Path) -> Iterator[FirefoxPoliciesStore]:
    shutil.rmtree(layout.FOLDER.parent, ignore_errors=True)
    yield FirefoxPoliciesStore()


@pytest.fixture
def theirs(store: FirefoxPoliciesStore) -> Made:
    """Somebody's policies, with a certificate of theirs."""
    made = make("Their Root", ca=True)
    layout.FOLDER.mkdir(parents=True)
    (layout.FOLDER / "theirs.pem").write_bytes(made.pem)
    policies = {
        "policies": {
            "Certificates": {
                "ImportEnterpriseRoots": True,
                "Install": ["/x", str(layout.FOLDER / "theirs.pem")],
            }
        }
    }
    layout.FILE.write_text(json.dumps(policies, indent="\t"))
    return made


class TestFirefoxPolicies(StoreContract):
    writes = 4
    examples = 10

    @pytest.fixture
    def store(self, private_machine: Path) -> FirefoxPoliciesStore:
        shutil.rmtree(layout.FOLDER.parent, ignore_errors=True)
        layout.FOLDER.mkdir(parents=True)
        return FirefoxPoliciesStore()

    @pytest.fixture
    def foreign(self, store: FirefoxPoliciesStore) -> Made:
        made = make("Their Root", ca=True)
        path = layout.FOLDER / "theirs (old).pem"
        path.write_bytes(made.pem)
        layout.FILE.write_text(json.dumps({"policies": {"Certificates": {"Install": [str(path)]}}}))
        return made

    def folders(self, store: Store) -> tuple[Path, ...]:
        return (layout.FOLDER,)


def test_nothing_stays_of_folders_and_files_that_were_not_there(
    store: FirefoxPoliciesStore,
) -> None:
    first, second = make("One", ca=True), make("Two", ca=True)
    for order in ((first, second), (second, first)):
        store.add(first.der, SERVER_AUTH_ONLY)
        store.add(second.der, SERVER_AUTH_ONLY)
        assert json.loads(layout.FILE.read_text())["policies"]["Certificates"]["Install"]
        for made in order:
            assert store.remove(made.sha256)
        assert not layout.FOLDER.parent.exists()


@pytest.mark.parametrize(
    "text",
    [
        THEIRS,
        "{}",
        " {\n}\n",
        '{"policies": {}}',
        '{"policies":{"Certificates":{}},"x":[1,{"a":"}"}]}',
        '{"policies": {"Certificates": {"Install": []}}}\n\n',
        '{"policies": {"Certificates": {"Install": [ ]}}}',
        '{\n  "policies": {\n    "Certificates": {\n      "Install": [\n        "a.pem",\n        "b\\"]"\n      ]\n    }\n  }\n}',
    ],
)
def test_every_byte_of_theirs_stays(store: FirefoxPoliciesStore, text: str) -> None:
    layout.FOLDER.mkdir(parents=True)
    layout.FILE.write_bytes(text.encode())
    layout.FILE.chmod(0o640)
    before = snapshot(layout.FOLDER)
    made = [make(f"Root {n}", ca=True) for n in range(3)]
    for one in made:
        store.add(one.der, SERVER_AUTH_ONLY)
    later = json.loads(layout.FILE.read_text())
    assert len(later["policies"]["Certificates"]["Install"]) >= 3
    assert len(store.entries()) == 3
    for one in (made[1], made[0], made[2]):
        store.remove(one.sha256)
    assert snapshot(layout.FOLDER) == before


def test_what_others_add_meanwhile_stays(store: FirefoxPoliciesStore) -> None:
    made = make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    text = layout.FILE.read_text()
    layout.FILE.write_text(
        text.replace('"Certificates"', '"DisableTelemetry": true, "Certificates"')
    )
    store.remove(made.sha256)
    assert json.loads(layout.FILE.read_text()) == {"policies": {"DisableTelemetry": True}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff{}",
        "[]",
        "{} {}",
        '{"policies": "no"}',
        '{"policies": {"Certificates": {"Install": "one.pem"}}}',
        '{"policies": {}, "policies": {"Certificates": {}}}',
    ],
)
def test_what_cannot_be_changed_safely_is_left_alone(
    store: FirefoxPoliciesStore, text: str
) -> None:
    layout.FOLDER.mkdir(parents=True)
    layout.FILE.write_bytes(text.encode())
    before = snapshot(layout.FOLDER)
    with pytest.raises((StoreUnavailable, UnsafeFile)) as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert caught.value.next_step
    assert snapshot(layout.FOLDER) == before


def test_files_that_firefox_would_not_read_are_no_entries(
    store: FirefoxPoliciesStore, theirs: Made
) -> None:
    path = layout.FOLDER / "theirs.pem"
    assert [entry.origin for entry in store.entries()] == [Origin.ADMINISTRATOR]
    path.write_bytes(theirs.pem + make(ca=True).pem)
    assert store.entries() == ()
    path.write_bytes(b"# comment\n" + theirs.pem)
    assert store.entries() == ()
    path.write_bytes(theirs.der)
    assert len(store.entries()) == 1


def test_force_takes_theirs_out_and_leaves_their_file(
    store: FirefoxPoliciesStore, theirs: Made
) -> None:
    assert store.remove(theirs.sha256, force=True)
    assert json.loads(layout.FILE.read_text())["policies"]["Certificates"] == {
        "ImportEnterpriseRoots": True,
        "Install": ["/x"],
    }
    assert (layout.FOLDER / "theirs.pem").exists()


def test_it_cannot_distrust(store: FirefoxPoliciesStore) -> None:
    with pytest.raises(TrustNotSupported):
        store.add(make(ca=True).der, Trust.everything(Decision.DISTRUSTED))


@pytest.mark.parametrize("what", ["folder", "file", "certificate"])
def test_planted_links_are_refused(store: FirefoxPoliciesStore, what: str, tmp_path: Path) -> None:
    made, elsewhere = make(ca=True), tmp_path / "elsewhere"
    if what == "folder":
        elsewhere.mkdir()
        layout.FOLDER.parent.mkdir(parents=True)
        layout.FOLDER.symlink_to(elsewhere)
    else:
        elsewhere.write_text("{}")
        layout.FOLDER.mkdir(parents=True)
        name = layout.FILE if what == "file" else our_file(made.der)
        name.symlink_to(elsewhere)
    before = snapshot(tmp_path)
    with pytest.raises(UnsafeFile):
        store.add(made.der, SERVER_AUTH_ONLY)
    assert snapshot(tmp_path) == before


def test_a_kill_at_any_moment_is_settled(store: FirefoxPoliciesStore, theirs: Made) -> None:
    made = make(ca=True)
    before = snapshot(layout.FOLDER)
    moments = count_steps(lambda: store.add(made.der, SERVER_AUTH_ONLY))
    after = snapshot(layout.FOLDER)
    assert len(moments) > 4
    store.remove(made.sha256)
    for moment in range(len(moments)):
        killed_at(moment, lambda: store.add(made.der, SERVER_AUTH_ONLY))
        store.settle()
        assert snapshot(layout.FOLDER) in (before, after), moments[moment]
        store.remove(made.sha256)
        assert snapshot(layout.FOLDER) == before, moments[moment]
    store.add(made.der, SERVER_AUTH_ONLY)
    for moment in range(len(count_steps_of_removal(store, made))):
        store.add(made.der, SERVER_AUTH_ONLY)
        killed_at(moment, lambda: store.remove(made.sha256))
        store.settle()
        assert snapshot(layout.FOLDER) in (before, after)
        assert len(found(store, theirs)) == 1


def count_steps_of_removal(store: FirefoxPoliciesStore, made: Made) -> list[str]:
    return count_steps(lambda: store.remove(made.sha256))


def test_a_full_disk_changes_nothing(store: FirefoxPoliciesStore, theirs: Made) -> None:
    kept = {path.name: path.read_bytes() for path in layout.FOLDER.iterdir()}
    tmpfs(layout.FOLDER, "size=16k")
    for name, data in kept.items():
        (layout.FOLDER / name).write_bytes(data)
    filler = layout.FOLDER / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 1024)
    before = snapshot(layout.FOLDER)
    with pytest.raises(Exception, match="space") as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert getattr(caught.value, "rolled_back", True)
    assert snapshot(layout.FOLDER) == before
    assert files.regular(layout.FILE) is not None


def test_policies_of_an_installation_are_not_hidden(
    store: FirefoxPoliciesStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "firefox" / "distribution" / "policies.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text('{"policies": {"DisableTelemetry": true}}')
    monkeypatch.setattr(layout, "WITH_INSTALLATIONS", (str(theirs).lstrip("/"),))
    with pytest.raises(UnsafeFile, match="no longer reads") as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert f"cp {theirs} {layout.FILE}" in caught.value.next_step
    assert not layout.FOLDER.exists()
    layout.FOLDER.mkdir(parents=True)
    shutil.copy(theirs, layout.FILE)
    assert store.add(make(ca=True).der, SERVER_AUTH_ONLY)


def test_a_single_sites_certificate_is_refused(store: FirefoxPoliciesStore) -> None:
    with pytest.raises(TrustNotSupported, match="authorities only"):
        store.add(make("leaf.example").der, SERVER_AUTH_ONLY)

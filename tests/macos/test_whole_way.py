"""Import, list, distrust, remove and undo as a user types them, on the stand-in; and the helper of the machine's."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Operation, Origin, StoreError
from platform_backends.discovery import open_store
from platform_backends.elevation import Request, helper
from platform_backends.macos import KeychainStore
from tests.clients.serving import tls_server
from tests.contract.store_contract import found
from tests.macos.machine import Machine, state
from tests.making import Made, chain, make
from trustmgr import cli


class Face:
    """The command line in this process, where the stand-in is."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = cli.main(words)
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str) -> Any:
        assert self(*words, "--json") == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def trustmgr(mac: Machine, capsys: pytest.CaptureFixture[str]) -> Face:
    return Face(capsys)


@pytest.fixture
def file(tmp_path: Path, root: Made) -> str:
    path = tmp_path / "root ca.pem"
    path.write_bytes(root.pem)
    return str(path)


def test_stores(mac: Machine, trustmgr: Face, root: Made) -> None:
    mac.ship(root)
    told = {s["id"]: s for s in trustmgr.json("stores")["stores"]}
    assert [(i, told[i]["scope"]) for i in told] == [
        ("macos.login", "user"),
        ("macos.system", "machine"),
        ("macos.roots", "machine"),
    ]
    assert told["macos.roots"]["entries"] == 1
    assert all(s["available"] for s in told.values())


def test_a_plain_import_is_for_this_user_alone_and_is_undone_exactly(
    mac: Machine, login: KeychainStore, trustmgr: Face, file: str, root: Made
) -> None:
    before = state(login)
    assert trustmgr("import", file, "--yes") == 0
    assert "macOS asks for a password or Touch ID" in trustmgr.out
    assert [step["store"] for step in _changes(trustmgr)] == ["macos.login"]
    (row,) = trustmgr.json("list")["certificates"]
    assert row["stores"]["macos.login"]["trust"]["server-auth"] == "trusted"
    assert trustmgr("distrust", root.sha256) == 0
    assert found(login, root)[0].trust.server_auth.value == "distrusted"
    assert trustmgr("undo") == 0
    assert found(login, root)[0].trust == SERVER_AUTH_ONLY
    assert trustmgr("remove", root.sha256) == 0
    assert state(login) == before
    assert trustmgr("undo") == 0
    assert found(login, root)[0].origin is Origin.THIS_PROGRAM
    assert trustmgr("undo", "1") == 0
    assert state(login) == before


def _changes(trustmgr: Face) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = trustmgr.json("history")["changes"]
    return changes


def test_a_refused_question_is_exit_code_4_and_leaves_nothing(
    mac: Machine, login: KeychainStore, trustmgr: Face, file: str
) -> None:
    before = state(login)
    mac.set(mood="cancel")
    assert trustmgr("import", file, "--yes") == 4
    assert "cancelled" in trustmgr.err
    mac.set(mood="no-screen")
    assert trustmgr("import", file, "--yes") == 4
    assert "Terminal" in trustmgr.err
    assert state(login) == before


def test_a_root_of_apples_is_distrusted_and_trusted_again(
    mac: Machine, trustmgr: Face, root: Made
) -> None:
    mac.ship(root)
    assert trustmgr("distrust", root.sha256) == 0
    (row,) = trustmgr.json("list")["certificates"]
    assert row["stores"]["macos.roots"]["trust"]["server-auth"] == "distrusted"
    assert trustmgr("undo") == 0
    assert mac.domain("user").of(root.der) is None


def test_an_update_of_macos_that_drops_the_settings_is_noticed_and_repaired(
    mac: Machine, login: KeychainStore, trustmgr: Face, file: str, root: Made
) -> None:
    """The certificate is in the keychain still, its trust is gone."""
    assert trustmgr("import", file, "--yes") == 0
    assert trustmgr("check") == 0
    assert mac.security("remove-trusted-cert", file).returncode == 0
    assert trustmgr("check") == 1
    assert "Mac Root" in trustmgr.out
    assert trustmgr("import", file, "--yes") == 0
    assert found(login, root)[0].trust == SERVER_AUTH_ONLY
    assert trustmgr("check") == 0


def test_the_audit_tells_apples_roots_from_others(
    mac: Machine, login: KeychainStore, trustmgr: Face, file: str, root: Made
) -> None:
    shipped = make("Shipped Root", ca=True)
    mac.ship(shipped)
    assert trustmgr("import", file, "--yes") == 0
    trustmgr("audit", "--json", "--store", "macos.login", "--store", "macos.roots")
    told = json.dumps(json.loads(trustmgr.out))
    assert root.sha256 in told
    assert shipped.sha256 not in told


def test_the_whole_mac_by_name_as_root(
    mac: Machine, trustmgr: Face, file: str, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform_backends.macos.store._is_root", lambda: False)
    assert trustmgr("import", file, "--store", "macos.system", "--yes") == 4
    assert "sudo" in trustmgr.err
    monkeypatch.setattr("platform_backends.macos.store._is_root", lambda: True)
    assert trustmgr("import", file, "--store", "macos.system", "--yes") == 0
    assert mac.domain("admin").of(root.der) is not None
    assert mac.domain("user").of(root.der) is None


def test_one_host_alone_by_name(
    mac: Machine, login: KeychainStore, trustmgr: Face, file: str, root: Made
) -> None:
    before, here = state(login), "macos.login@intranet.example"
    assert trustmgr("import", file, "--store", here, "--dry-run", "--yes") == 0
    assert "Only Safari" in trustmgr.out
    assert "trust settings, for intranet.example alone" in trustmgr.out
    assert state(login) == before
    assert trustmgr("import", file, "--store", here, "--yes") == 0
    (row,) = trustmgr.json("list")["certificates"]
    assert row["stores"][here]["trust"]["server-auth"] == "trusted"
    assert row["stores"].get("macos.login") is None
    assert [s["scope"] for s in trustmgr.json("stores")["stores"] if s["id"] == here] == ["tool"]
    assert trustmgr("check") == 0
    assert trustmgr("distrust", root.sha256) == 0
    assert [s["trust"]["server-auth"] for s in _stores(trustmgr)] == ["distrusted"]
    assert trustmgr("undo") == 0
    assert trustmgr("remove", root.sha256) == 0
    assert {k: v for k, v in state(login).items() if not k.startswith("memory")} == before
    assert trustmgr("undo") == 0
    assert [s["trust"]["server-auth"] for s in _stores(trustmgr)] == ["trusted"]
    assert trustmgr("undo", "1") == 0
    assert state(login) == before


def _stores(trustmgr: Face) -> list[Any]:
    (row,) = trustmgr.json("list")["certificates"]
    return [store for store in row["stores"].values() if store]


def test_what_is_for_one_host_is_predicted_for_those_who_heed_it(
    mac: Machine, trustmgr: Face, tmp_path: Path
) -> None:
    names = ("site.localhost", "other.localhost")
    leaf, middle, root = chain("site.localhost", names=names)
    file, store = str(_file(tmp_path, root)), "macos.login@site.localhost"
    assert trustmgr("import", file, "--store", store, "--yes") == 0
    accepts = {}
    with tls_server(tmp_path, leaf, middle) as port:
        for host in names:
            assert trustmgr("inspect", f"{host}:{port}", "--no-network", "--json") == 1
            told = json.loads(trustmgr.out)["clients"]
            asked = ("macos.trust", "safari", "chrome")
            accepts[host] = {c for c in asked if told[c]["accepts"]}
    assert accepts == {"site.localhost": {"macos.trust", "safari"}, "other.localhost": set()}


def test_in_general_and_for_one_host_leave_together(
    mac: Machine, login: KeychainStore, trustmgr: Face, file: str, root: Made
) -> None:
    before, both = state(login), ("macos.login", "macos.login@intranet.example")
    for store in both:
        assert trustmgr("import", file, "--store", store, "--yes") == 0
    trusted = state(login)
    assert trustmgr("distrust", root.sha256) == 0
    assert [s["trust"]["server-auth"] for s in _stores(trustmgr)] == ["distrusted"] * 2
    assert trustmgr("undo") == 0
    assert state(login) == trusted
    assert trustmgr("remove", root.sha256) == 0, trustmgr.err
    assert not mac.domain("user").records
    assert trustmgr("undo") == 0
    assert len(_stores(trustmgr)) == 2
    assert trustmgr("undo", "1") == 0
    assert trustmgr("undo", "2") == 0
    assert {k: v for k, v in state(login).items() if not k.startswith("memory")} == before


def test_a_message_of_safari_leads_to_the_one_host_first(mac: Machine, trustmgr: Face) -> None:
    message = "NSURLErrorDomain error -1202: the certificate for this server is invalid"
    trustmgr("explain", f"{message} https://intranet.example/")
    assert "Safari or an Apple app reads these stores, the narrowest first" in trustmgr.out
    assert "import CA-FILE --store macos.login@intranet.example" in trustmgr.out
    assert "for this one site. Only Safari and programs that leave" in " ".join(
        trustmgr.out.split()
    )


def test_a_conflict_with_the_administrator_is_told(
    mac: Machine, login: KeychainStore, trustmgr: Face, file: str, root: Made, tmp_path: Path
) -> None:
    """Before the change in its review, afterwards beside the stores, in the list and in the verdict."""
    denied = mac.security("add-trusted-cert", "-d", "-r", "deny", "-k", mac.system, file)
    assert denied.returncode == 0
    assert trustmgr("import", file, "--dry-run", "--yes") == 0
    assert "have it as distrusted, and they win" in trustmgr.out
    assert trustmgr("import", file, "--yes") == 0
    assert trustmgr("stores") == 0
    told = "macOS follows the administrator's, Chrome and Firefox yours"
    assert told in " ".join(trustmgr.out.split())
    (row,) = trustmgr.json("list")["certificates"]
    said = {i: s["trust"]["server-auth"] for i, s in row["stores"].items() if s}
    assert said == {"macos.login": "trusted", "macos.system": "distrusted"}
    leaf = _file(tmp_path, make("site.example", root))
    assert trustmgr("inspect", str(leaf), "--host", "site.example", "--no-network", "--json") == 1
    assert {f["cause"] for f in json.loads(trustmgr.out)["findings"]} >= {"distrusted"}


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="of users: the helper runs as root"
)
def test_the_helper_changes_the_system_keychain(
    mac: Machine, system: KeychainStore, root: Made
) -> None:
    request = Request(Operation.ADD, "macos.system", root.sha256, root.der, SERVER_AUTH_ONLY)
    assert helper.perform(request) is True
    assert found(system, root)[0].origin is Origin.THIS_PROGRAM
    (memory,) = system.changes.memory.folder.iterdir()
    assert memory.stat().st_mode & 0o777 == 0o644  # every user sees what is ours
    assert helper.perform(Request(Operation.REMOVE, "macos.system", root.sha256)) is True
    assert state(system) == {}
    one = "macos.system@intranet.example"
    assert helper.perform(Request(Operation.ADD, one, root.sha256, root.der, SERVER_AUTH_ONLY))
    assert found(system, root) == []
    assert found(open_store(one), root)[0].origin is Origin.THIS_PROGRAM
    assert helper.perform(Request(Operation.REMOVE, one, root.sha256)) is True
    assert state(system) == {}
    for other in ("macos.login@intranet.example", "macos.system@", "macos.system@a/b"):
        with pytest.raises(StoreError):
            helper.perform(Request(Operation.REMOVE, other, root.sha256))


def test_inspect_judges_by_what_is_trusted_and_not_by_what_is_there(
    mac: Machine, trustmgr: Face, tmp_path: Path, root: Made
) -> None:
    leaf = tmp_path / "leaf.pem"
    leaf.write_bytes(make("site.example", root).pem)
    mac.hold(mac.login, root)
    words = ("inspect", str(leaf), "--host", "site.example", "--no-network", "--json")
    assert trustmgr(*words) == 1
    assert {f["cause"] for f in json.loads(trustmgr.out)["findings"]} >= {"untrusted-root"}
    assert trustmgr("import", str(_file(tmp_path, root)), "--yes") == 0
    assert trustmgr(*words) == 0, trustmgr.out
    assert json.loads(trustmgr.out)["anchor"]["stores"] == ["macos.login"]


def _file(folder: Path, made: Made) -> Path:
    path = folder / "ca.pem"
    path.write_bytes(made.pem)
    return path

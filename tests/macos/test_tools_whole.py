"""From the message of a developer's tool to its store on a Mac, and one import for everything; by commands."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import platformdirs
import pytest

from platform_backends import discovery
from platform_backends.tool_settings import places
from tests.contract.namespace import snapshot
from tests.contract.tool_home import of_home, on_path
from tests.macos.machine import Machine
from tests.macos.test_whole_way import Face
from tests.making import Made, make

#: These ask for the system when they are imported, which is done before it seems to be another one.
ASKING = (asyncio, platformdirs)
ALL = dict(discovery._FAMILIES["darwin"])


@pytest.fixture
def trustmgr(
    mac: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Face:
    """All stores of a Mac, the keychain's on the stand-in."""
    of_home(mac.home, monkeypatch)
    on_path(tmp_path / "bin" / "bin", monkeypatch)
    roots = tmp_path / "cert.pem"
    roots.write_bytes(make("Vendor", ca=True).pem)
    monkeypatch.setattr(places, "MACHINE", (roots,))
    monkeypatch.setattr(places, "SYSTEM", tmp_path / "etc")
    monkeypatch.setattr(sys, "platform", "darwin")
    families = {name: ALL[name] for name in ("macos.", "tool.")}
    monkeypatch.setattr(discovery, "_FAMILIES", {"darwin": families})
    return Face(capsys)


def offered(trustmgr: Face, message: str) -> list[str]:
    assert trustmgr("explain", message) == 0
    words = [line.split() for line in trustmgr.out.splitlines()]
    ids = [line[0].removesuffix(":") for line in words if line and line[0].endswith(":")]
    return [one for one in ids if one.startswith(("tool.", "macos."))]


def test_a_message_leads_to_the_stores_of_the_program(trustmgr: Face) -> None:
    git = (
        "fatal: unable to access 'https://git.corp.example:8443/a.git/': SSL certificate problem: "
    )
    git += "unable to get local issuer certificate"
    assert offered(trustmgr, git) == ["tool.git@git.corp.example:8443", "tool.git"]
    node = "node:internal Error: self-signed certificate in certificate chain "
    assert offered(trustmgr, f"{node} code: 'SELF_SIGNED_CERT_IN_CHAIN'") == ["tool.node"]
    pip = (
        "Could not fetch URL https://pypi.corp.example/x/: There was a problem confirming the ssl "
    )
    pip += "certificate: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed "
    pip += "certificate in certificate chain (_ssl.c:1000)"
    assert offered(trustmgr, pip) == ["tool.pip", "tool.requests"]
    npm = (
        "npm error code UNABLE_TO_VERIFY_LEAF_SIGNATURE\nnpm error request to https://r.example/x "
    )
    assert offered(trustmgr, f"{npm}failed") == ["tool.npm", "tool.node"]


def test_everywhere_and_back(mac: Machine, trustmgr: Face, root: Made, tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    file.write_bytes(root.pem)
    (mac.home / ".zshenv").write_text("export A='b c'")  # and no end of its line
    (mac.home / ".npmrc").write_bytes(b"; mine\r\n")
    before = snapshot(mac.home)
    assert trustmgr("import", str(file), "--everywhere", "--yes") == 0, trustmgr.err
    (row,) = [r for r in trustmgr.json("list")["certificates"] if r["sha256"] == root.sha256]
    trusting = set(row["stores"])
    assert {"macos.login", "tool.git", "tool.pip", "tool.npm", "tool.node"} <= trusting
    assert {"tool.requests", "tool.openssl"} <= trusting
    assert trustmgr("check") == 0, trustmgr.out
    assert trustmgr("audit", "--json") in (0, 1), trustmgr.err
    assert trustmgr("undo", "--last") == 0, trustmgr.err
    after = snapshot(mac.home)
    changed = {path for path in before if after.get(path) != before[path]}
    assert {Path(path).name for path in changed} <= {"login.keychain-db"}  # the stand-in's own file
    left = {path for path, (kind, *_) in after.items() if path not in before and kind == "file"}
    assert not left

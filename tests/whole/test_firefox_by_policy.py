"""Firefox told by policy: refuses, accepts, and refuses again, also in a profile that had copied it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from platform_backends.firefox_policies import layout
from tests.cli.running import trustmgr
from tests.clients.serving import tls_server
from tests.contract.namespace import private_machine
from tests.making import chain
from trustmgr.clients.browsers import marionette

__all__ = ["private_machine"]

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="extra program: firefox")


@pytest.fixture
def profile(private_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose Firefox has one profile, with nothing in it."""
    shutil.rmtree(layout.FOLDER.parent, ignore_errors=True)
    home = tmp_path / "home"
    folder = home / ".mozilla/firefox/one.default"
    folder.mkdir(parents=True)
    (folder.parent / "profiles.ini").write_text(
        "[Profile0]\nName=one\nIsRelative=1\nPath=one.default\nDefault=1\n"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TRUSTMGR_HOME", str(tmp_path / "state"))
    return folder


def visit(profile: Path, port: int) -> str:
    """What this very profile says, started anew."""
    assert FIREFOX is not None
    (profile / "MarionetteActivePort").unlink(missing_ok=True)
    environment = {**os.environ}
    with marionette.running(
        Path(FIREFOX), profile, environment, 20, {"network.proxy.type": 0}
    ) as browser:
        return browser.visit(f"https://site.localhost:{port}/")[0]


def test_undo_reaches_what_a_profile_has_copied(profile: Path, tmp_path: Path) -> None:
    leaf, intermediate, root = chain("site.localhost")
    file = tmp_path / "root.pem"
    file.write_bytes(root.pem)

    def asked(port: int) -> int:
        return trustmgr("verify", f"site.localhost:{port}", "--client", "firefox", timeout=100).code

    def stores() -> set[str]:
        rows = trustmgr("list", "--json").json["certificates"]
        return {s for row in rows if row["sha256"] == root.sha256 for s in row["stores"]}

    with tls_server(tmp_path, leaf, intermediate) as port:
        assert visit(profile, port) == "insecure certificate"
        done = trustmgr("import", str(file), "--store", "firefox.policies", "--yes")
        assert done.code == 0, done
        assert stores() == {"firefox.policies"}
        assert asked(port) == 0
        assert visit(profile, port) == ""
        assert stores() == {"firefox.policies", "nss.firefox.one.default"}
        assert trustmgr("check").code == 0
        undone = trustmgr("undo", "--last")
        assert undone.code == 0, undone
        assert "had copied it" in undone.out
        assert stores() == set()
        assert not layout.FOLDER.parent.exists()
        assert visit(profile, port) == "insecure certificate"


def test_removing_reaches_it_too(profile: Path, tmp_path: Path) -> None:
    leaf, intermediate, root = chain("site.localhost")
    file = tmp_path / "root.pem"
    file.write_bytes(root.pem)
    assert trustmgr("import", str(file), "--store", "firefox.policies", "--yes").code == 0
    with tls_server(tmp_path, leaf, intermediate) as port:
        assert visit(profile, port) == ""
    removed = trustmgr("remove", root.sha256)
    assert removed.code == 0, removed
    assert "has copied it" in removed.out
    assert trustmgr("list", "--json").json["certificates"] is not None
    rows = trustmgr("list", "--store", "nss.firefox.one.default", "--json").json["certificates"]
    assert rows == []

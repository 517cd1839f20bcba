"""Programs whose user has settings already, from the command line: no before, yes after, no again after undo.

Those without any, and all other stores, are in `test_pairs.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from platform_backends.tool_settings import tool_named
from tests.cli.running import Ran, trustmgr
from tests.clients.serving import tls_server
from tests.making import chain
from trustmgr import clients

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="of Linux: settings of tools, so far"
)

#: Store -> client.
PAIRS = {
    "git": "git",
    "pip": "pip",
    "npm": "npm",
    "node": "node",
    "curl": "curl",
    "wget": "wget",
    "requests": "requests",
    "openssl": "openssl",
}
KEPT = ("PATH", "LANG", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYENV_ROOT")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean environment with nothing of this machine's but where programs are."""
    for variable in set(os.environ) - set(KEPT):
        monkeypatch.delenv(variable)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "Library/Application Support"))  # as on macOS
    monkeypatch.setenv("TRUSTMGR_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return home


def logged_in(tool: str) -> dict[str, str]:
    """The variables that environment.d(5) sets at the next log-in."""
    of = tool_named(tool)
    if not of.variable or not of.write.exists():
        return {}
    name, _, value = of.write.read_text().strip().partition("=")
    return {name: value.strip('"')}


@pytest.mark.parametrize(("tool", "client"), PAIRS.items())
def test_a_setting_of_somebodys_is_built_upon(
    home: Path, tmp_path: Path, tool: str, client: str
) -> None:
    if clients.client(client).find() is None:
        pytest.skip(f"no {client} here" if client == "requests" else f"extra program: {client}")
    leaf, intermediate, root = chain("localhost", addresses=("127.0.0.1",))
    file = tmp_path / "root.pem"
    file.write_bytes(root.pem)
    setting = of_somebody(home, tool)
    before = setting.read_bytes()

    def accepts(port: int) -> object:
        words = ("verify", f"localhost:{port}", "--client", client, "--json")
        ran = trustmgr(*words, **logged_in(tool))
        return json.loads(ran.out)["clients"][client]["accepts"]

    with tls_server(tmp_path, leaf, intermediate) as port:
        assert accepts(port) is False
        done(trustmgr("import", str(file), "--store", f"tool.{tool}", "--yes"))
        assert accepts(port) is True
        done(trustmgr("undo", "--last"))
        assert accepts(port) is False
    assert setting.read_bytes() == before


def test_a_bundle_is_made_anew_from_the_command_line(home: Path, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("not installed: git")
    mine, company = tmp_path / "root.pem", home / "company.pem"
    mine.write_bytes(chain("localhost")[2].pem)
    path, text = of_somebody(home, "git"), company.read_bytes()
    done(trustmgr("import", str(mine), "--store", "tool.git", "--yes"))
    company.write_bytes(text + chain("new.localhost")[2].pem)
    assert "--refresh" in trustmgr("stores").out
    assert "git was made anew" in trustmgr("stores", "--refresh").out
    assert "--refresh" not in trustmgr("stores").out
    assert str(company) in path.read_text()


def of_somebody(home: Path, tool: str) -> Path:
    """A setting, and lines about other things, of the user's own."""
    bundle = home / "company.pem"
    bundle.write_bytes(chain("else.localhost")[2].pem)
    of = tool_named(tool)
    path = of.write.with_name("10-own.conf") if of.variable else of.write
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = {
        "git": '[user]\n\tname = "x; y"\n[http]\n\tsslCAInfo = {}\n[core]\n\teditor = vi',
        "pip": "[global]\ntimeout = 20\ncert = {}\n[install]\nuser = no\n",
        "npm": "fund=false\ncafile={}\naudit=false",
        "curl": '# mine\ncacert = "{}"\nuser-agent = x',
        "wget": "tries = 2\r\nca_certificate = {}\r\n",
    }
    path.write_bytes(texts.get(tool, of.key + "={}\n").format(bundle).encode())
    return path


def done(ran: Ran) -> None:
    assert ran.code == 0, ran


def test_all_programs_are_here() -> None:
    missing = sorted(client for client in PAIRS.values() if not shutil.which(client))
    if missing := [m for m in missing if m != "requests"]:
        pytest.skip(f"extra program: {', '.join(missing)}")

"""Single tools on a Mac: where each looks for its settings there, in a home of the test's own.

The code sees macOS by ``sys.platform``; on a Mac the same tests run as they are.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from platform_backends import discovery
from platform_backends.base import SERVER_AUTH_ONLY, Origin, Store, UnsafeFile
from platform_backends.tool_settings import ToolStore, places, programs, site_store_ids
from platform_backends.tool_settings.shells import script
from platform_backends.tool_settings.syntax import Unclear
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import snapshot
from tests.contract.store_contract import StoreContract, found
from tests.contract.tool_home import VARIABLES, home, theirs, tool_store
from tests.making import Made, make
from trustmgr.clients.places import Here
from trustmgr.clients.reading import stores_for

__all__ = ["home"]

#: These ask for the system when they are imported, which is done before it seems to be another one.
ASKING = (asyncio, platformdirs)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="of POSIX: HOME")


@pytest.fixture
def on_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    tools = {"tool.": "platform_backends.tool_settings:stores"}
    assert tools.items() <= discovery._FAMILIES["darwin"].items()
    monkeypatch.setattr(discovery, "_FAMILIES", {"darwin": tools})
    monkeypatch.setattr(Here, "system", ("macos.login", "macos.system"))


@pytest.fixture
def mac(on_mac: None, home: Path) -> Path:
    return home


class TestToolsOfMacs(StoreContract):
    """One of each kind of file: git's, an INI file in a folder of Apple's manner, a shell's script."""

    writes = 4
    examples = 5

    @pytest.fixture(params=["git", "pip", "node"])
    def tool(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture(autouse=True)
    def apples_folder(self, mac: Path) -> None:
        (mac / "Library/Application Support/pip").mkdir(parents=True)

    @pytest.fixture
    def foreign(self, tool: str, mac: Path) -> Made:
        return theirs(mac, tool)[0]

    @pytest.fixture
    def store(self, tool: str, mac: Path, request: pytest.FixtureRequest) -> ToolStore:
        if "foreign" in request.fixturenames:
            request.getfixturevalue("foreign")  # which scripts speak of it decides where ours goes
        return tool_store(tool)

    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, ToolStore)
        return (places.home(), store.changes.folder)


def test_where_each_setting_goes(mac: Path) -> None:
    written = {
        "git": ".gitconfig",
        "pip": ".config/pip/pip.conf",
        "npm": ".npmrc",
        "node": ".zshenv",
        "requests": ".zshenv",
        "openssl": ".zshenv",
        "curl": ".curlrc",
        "wget": ".wgetrc",
        "aws": ".aws/config",
        "conda": ".condarc",
        "cargo": ".cargo/config.toml",
    }
    before, made = snapshot(mac), make(ca=True)
    stores = {name: tool_store(name) for name in written}
    for name, store in stores.items():
        assert store.tool.write == mac / written[name]
        assert store.add(made.der, SERVER_AUTH_ONLY)
        assert found(store, made)
        assert store.changes.bundle.is_relative_to(mac / "Library/Application Support")
    for store in stores.values():
        assert store.remove(made.sha256)
    assert snapshot(mac) == before
    (mac / "Library/Application Support/pip").mkdir()
    assert tool_store("pip").tool.write == mac / "Library/Application Support/pip/pip.conf"


def test_a_new_shell_has_the_variables_and_nobody_else_is_promised_any(
    mac: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mac / ".zshenv").write_text("# mine\nexport EDITOR='vi -e'\nif true; then\n  X=1\nfi")
    made, kept = make(ca=True), (mac / ".zshenv").read_bytes()
    for name in VARIABLES:
        store = tool_store(name)
        store.add(made.der, SERVER_AUTH_ONLY)
        monkeypatch.setenv("SHLVL", "1")
        assert "terminal" in store.availability().fix
        monkeypatch.delenv("SHLVL")  # started from Finder, which never has it
        assert store.availability().reason == ""
    assert (mac / ".zshenv").read_bytes().startswith(kept)
    words = ["bash", "-c", '. "$1"; env', "-", str(mac / ".zshenv")]
    said = subprocess.run(words, capture_output=True, text=True, check=True, env={}).stdout
    for name, variable in VARIABLES.items():
        assert f"{variable}={tool_store(name).changes.bundle}\n" in said
    for name in reversed(VARIABLES):
        tool_store(name).remove(made.sha256)
    assert (mac / ".zshenv").read_bytes() == kept


@pytest.mark.parametrize("already", [False, True])
def test_killed_at_every_step_a_script_is_as_before_or_after(mac: Path, already: bool) -> None:
    if already:
        theirs(mac, "node")
    store, made, before = tool_store("node"), make(ca=True), snapshot(mac)
    moments = count_steps(lambda: store.add(made.der, SERVER_AUTH_ONLY))
    assert len(moments) > 5
    after = snapshot(mac)
    store.remove(made.sha256)
    for moment in range(len(moments)):
        killed_at(moment, lambda: store.add(made.der, SERVER_AUTH_ONLY))
        store.settle()
        assert snapshot(mac) in (before, after), moments[moment]
        store.remove(made.sha256)
        assert snapshot(mac) == before, moments[moment]


def test_bash_reads_another_file(mac: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/bash")
    assert tool_store("node").tool.write == mac / ".bash_profile"
    (mac / ".profile").write_text("# mine\n")
    assert tool_store("node").tool.write == mac / ".profile"


def test_what_a_later_script_says_is_built_upon_there(mac: Path) -> None:
    foreign, bundle, path = theirs(mac, "node")
    made, kept = make(ca=True), path.read_bytes()
    store = tool_store("node")
    assert store.tool.write == path == mac / ".zshrc"
    store.add(made.der, SERVER_AUTH_ONLY)
    assert path.read_bytes().startswith(kept)
    assert {e.origin for e in found(store, foreign)} == {Origin.USER}
    assert not (mac / ".zshenv").exists()
    tool_store("node").remove(made.sha256)
    assert path.read_bytes() == kept
    assert bundle.exists()


@pytest.mark.parametrize(
    "text",
    [
        "[ -f /x ] && export NODE_EXTRA_CA_CERTS=/x\n",
        "NODE_EXTRA_CA_CERTS=/x; export NODE_EXTRA_CA_CERTS\n",
        "export A=1 NODE_EXTRA_CA_CERTS=/x\n",
    ],
)
def test_a_script_that_may_mean_something_else_is_said_and_left(mac: Path, text: str) -> None:
    (mac / ".zshrc").write_text(text)
    said = tool_store("node").availability()
    assert not said.available
    assert "NODE_EXTRA_CA_CERTS" in said.reason
    assert tool_store("requests").availability().available
    assert (mac / ".zshrc").read_text() == text


@pytest.mark.parametrize("text", ["x='\n", "export A=1 \\", "exit\n"])
def test_a_script_whose_end_is_not_run_is_left(mac: Path, text: str) -> None:
    (mac / ".zshenv").write_text(text)
    before = snapshot(mac)
    with pytest.raises(UnsafeFile):
        tool_store("node").add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert snapshot(mac) == before


def test_remarks_do_not_count() -> None:
    assert script("X").assignments(b"# X=1\nexport Y=2\n") == []
    with pytest.raises(Unclear):
        script("X").assignments(b"echo $X\n")


EXPECTED = {
    "git": ("tool.git@git.corp.example:8443", "tool.git"),
    "pip": ("tool.pip", "tool.requests"),
    "npm": ("tool.npm", "tool.node"),
    "node": ("tool.node",),
    "requests": ("tool.requests",),
    "python": ("tool.openssl",),
    "wget": ("tool.wget", "tool.openssl"),
    "go": ("macos.login", "macos.system"),
    "cargo": ("tool.cargo", "macos.login", "macos.system"),
    "dotnet": ("macos.login", "macos.system"),
    "docker": ("macos.login", "macos.system"),
    "gnutls": (),
}


@pytest.mark.parametrize(("client", "stores"), EXPECTED.items())
def test_narrowest_first(
    mac: Path, client: str, stores: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs of Homebrew, as those of the test are; and no store of this system's own is asked."""
    monkeypatch.setattr(discovery, "has_family", lambda _: True)
    assert stores_for(client, "git.corp.example", 8443) == stores


def test_apples_git_and_curl_also_ask_the_keychain(
    mac: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "has_family", lambda _: True)
    assert not tool_store("git").tool.reads_machine()
    monkeypatch.setattr(programs, "_APPLES", tmp_path / "bin" / "bin")
    assert all(entry.inherited for entry in tool_store("git").entries())
    assert stores_for("git", "a.example", 443)[-2:] == ("macos.login", "macos.system")
    assert stores_for("curl", "a.example", 443) == ("tool.curl", "macos.login", "macos.system")


def test_homebrews_git_has_settings_of_its_own_for_everybody(mac: Path, tmp_path: Path) -> None:
    made, etc = make("Company", ca=True), tmp_path / "bin" / "etc"
    etc.mkdir()
    (mac / "company.pem").write_bytes(made.pem)
    (etc / "gitconfig").write_text(f"[http]\n\tsslCAInfo = {mac}/company.pem\n")
    assert found(tool_store("git"), made)


def test_homebrews_programs_are_found_from_finder_too(
    mac: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_HOMEBREWS", ())
    assert tool_store("npm").availability().reason == "npm is not installed."
    monkeypatch.setattr(programs, "_HOMEBREWS", (str(tmp_path / "bin" / "bin"),))
    assert tool_store("npm").availability().available


def test_containers_have_no_store_for_one_site(mac: Path) -> None:
    """Their engine runs in a virtual machine, into which the keychain's roots are taken."""
    assert site_store_ids("a.example", 443) == ("tool.git@a.example:443",)

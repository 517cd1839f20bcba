"""Single tools on Windows, by commands: from a message to their stores, and everything back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, NotOurs, Origin, TrustNotSupported
from platform_backends.tool_settings import places
from platform_backends.windows import advapi32, environment, values
from platform_backends.windows.values import Raw
from tests.cli.running import trustmgr
from tests.contract.store_contract import found
from tests.contract.tool_home import home, state, theirs, tool_store
from tests.making import Made, make
from tests.windows.own import State, python, require
from tests.windows.own import state as of_windows

if sys.platform != "win32":
    pytest.skip("of Windows: variables in the registry", allow_module_level=True)

__all__ = ["home"]

UNABLE = "fatal: unable to access 'https://git.corp.example:8443/a.git/': "
SELF_SIGNED = UNABLE + "SSL certificate problem: self-signed certificate in certificate chain"
SCHANNEL = UNABLE + ("schannel: CertGetCertificateChain trust error CERT_TRUST_IS_UNTRUSTED_ROOT")
NPM = (
    "npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error request to https://npm.corp.example/x failed, "
    "reason: self-signed certificate in certificate chain"
)
NODE = "Error: self-signed certificate in certificate chain code: 'SELF_SIGNED_CERT_IN_CHAIN' node:internal"
PIP = (
    "Could not fetch URL https://pypi.corp.example/simple/x/: There was a problem confirming the ssl "
    "certificate: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in "
    "certificate chain (_ssl.c:1000)"
)
CURL = "curl: (60) schannel: SEC_E_UNTRUSTED_ROOT (0x80090325) - The certificate chain was issued by an authority that is not trusted."


@pytest.fixture
def file(root: Made, tmp_path: Path) -> Path:
    path = tmp_path / "the root.pem"
    path.write_bytes(root.pem)
    return path


@pytest.fixture
def root() -> Made:
    return make("Company Root", ca=True)


def offered(message: str) -> list[str]:
    """The stores that `explain` names, in its order."""
    words = [line.split() for line in trustmgr("explain", message).out.splitlines()]
    ids = [line[0].removesuffix(":") for line in words if line and line[0].endswith(":")]
    return [one for one in ids if one.startswith(("tool.", "windows."))]


@pytest.mark.parametrize(
    ("message", "stores"),
    [
        (SELF_SIGNED, ["tool.git@git.corp.example:8443", "tool.git"]),
        (NPM, ["tool.npm", "tool.node"]),
        (NODE, ["tool.node"]),
        (PIP, ["tool.pip", "tool.requests"]),
        (CURL, ["windows.user.root", "windows.machine.root"]),
    ],
)
def test_a_message_leads_to_the_stores_of_the_program(
    home: Path, message: str, stores: list[str]
) -> None:
    assert offered(message) == stores


def test_git_that_asks_windows_has_no_store_of_its_own(
    home: Path, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = tool_store("git")
    git.tool.write.write_bytes(
        b"[http]\r\n\tsslBackend = schannel\r\n\tsslCAInfo = C:/not/read.pem\r\n"
    )
    before = state(home)
    assert offered(SCHANNEL) == ["windows.user.root", "windows.machine.root"]
    said = git.availability()
    assert said.available
    assert "Windows' own store" in said.reason
    monkeypatch.setattr(places, "MACHINE", ())  # as it is on Windows
    held = git.entries()
    assert held
    assert all(entry.inherited for entry in held)
    with pytest.raises(TrustNotSupported):
        git.add(root.der, SERVER_AUTH_ONLY)
    with pytest.raises(NotOurs):
        git.remove(held[0].sha256, force=True)
    assert state(home) == before
    with git.tool.write.open("ab") as opened:
        opened.write(b"\tschannelUseSSLCAInfo = true\r\n")
    assert (
        not tool_store("git").availability().available
    )  # now it reads the file, which is not there


@pytest.mark.parametrize("programs", ["cmd", "mingw64/bin", "bin"])
def test_gits_own_settings_for_everybody_are_read(
    home: Path, tmp_path: Path, programs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the installer of Git for Windows writes what was chosen: the library, and its bundle."""
    made, git = make("In Git's bundle", ca=True), tmp_path / "Program Files" / "Git"
    for folder in (git / programs, git / "etc"):
        folder.mkdir(parents=True)
    (git / programs / "git.cmd").write_text("")
    (git / "ca-bundle.crt").write_bytes(made.pem)
    config = git / "etc" / "gitconfig"
    config.write_text(f"[http]\n\tsslCAInfo = {(git / 'ca-bundle.crt').as_posix()}\n")
    monkeypatch.setenv("PATH", str(git / programs))
    assert [entry.der for entry in tool_store("git").entries()] == [made.der]
    assert tool_store("git").add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert found(tool_store("git"), made)
    with config.open("a") as opened:
        opened.write("\tsslBackend = schannel\n")
    assert "Windows' own store" in tool_store("git").availability().reason


def test_git_has_a_home_of_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tool_store("git").tool.write == home / ".gitconfig"
    (home / "drive").mkdir()
    monkeypatch.setenv("HOMEDRIVE", home.drive)
    monkeypatch.setenv("HOMEPATH", str(home / "drive").removeprefix(home.drive))
    assert tool_store("git").tool.write == home / "drive" / ".gitconfig"
    monkeypatch.setenv("HOME", str(home))
    assert tool_store("git").tool.write == home / ".gitconfig"


def test_without_a_file_of_roots_a_bundle_begins_with_the_public_ones(
    home: Path, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pip and npm read them themselves; and nobody can have them taken out of where they are."""
    monkeypatch.setattr(places, "MACHINE", ())
    for name in ("pip", "git"):
        store = tool_store(name)
        assert store.add(root.der, SERVER_AUTH_ONLY)
        roots = [entry for entry in store.entries() if entry.der != root.der]
        assert len(roots) > 100
        assert {entry.origin for entry in roots} == {Origin.VENDOR}
        with pytest.raises(NotOurs):
            store.remove(roots[0].sha256, force=True)
        assert store.remove(root.sha256)


def test_everywhere_and_back(home: Path, file: Path, root: Made, stores_as_before: State) -> None:
    """Also over a variable of the company's; each command is a process."""
    require("windows.user.root")
    theirs(home, "node")
    (home / ".npmrc").write_bytes("\ufeff; Größe\r\nstrict-ssl=true\r\n".encode())
    before = state(home)
    done = trustmgr("import", str(file), "--everywhere", "--yes")
    assert done.code == 0, done
    listed = trustmgr("list", "--json").json["certificates"]
    trusting = {s for row in listed if row["sha256"] == root.sha256 for s in row["stores"]}
    assert {"windows.user.root", "tool.git", "tool.pip", "tool.npm", "tool.node"} <= trusting
    assert {"tool.requests", "tool.openssl", "tool.aws", "tool.conda"} <= trusting
    raw = values.read(environment.USER, "NODE_EXTRA_CA_CERTS")
    assert raw == values.text(str(places.bundles() / "node" / "bundle.pem"))
    assert raw.kind == advapi32.REG_SZ
    assert len(tool_store("node").entries()) == 3  # the company's two, and this one
    assert trustmgr("check").code == 0
    assert trustmgr("stores").code == 0
    undone = trustmgr("undo", "--last")
    assert undone.code == 0, undone
    assert of_windows() == stores_as_before
    after = state(home)
    assert {path: after.get(path) for path in before} == before
    assert not [
        path for path, (kind, *_) in after.items() if path not in before and kind != "other"
    ]


def test_a_value_that_is_no_variable_is_left(home: Path, root: Made) -> None:
    environment.write(environment.USER, "NODE_EXTRA_CA_CERTS", Raw(4, b"\1\0\0\0"))
    store, before = tool_store("node"), state(home)
    said = store.availability()
    assert not said.available
    assert "NODE_EXTRA_CA_CERTS is of a type" in said.reason
    assert state(home) == before


def test_a_new_process_of_explorers_has_the_variable(home: Path, root: Made) -> None:
    """Whoever makes an environment anew reads it from the registry, as `userenv` does."""
    store = tool_store("requests")
    store.add(root.der, SERVER_AUTH_ONLY)
    assert found(store, root)
    said = subprocess.run(
        ["reg", "query", environment.USER, "/v", "REQUESTS_CA_BUNDLE"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(store.changes.bundle) in said.stdout
    assert "REG_SZ" in said.stdout
    store.remove(root.sha256)


def test_the_audit_reads_what_is_there(home: Path) -> None:
    """pip.ini in the user's folder for settings that roam, and git's own of the home."""
    ini = home / "AppData/Roaming/pip/pip.ini"
    ini.parent.mkdir(parents=True)
    ini.write_bytes(b"[global]\r\ntrusted-host = pypi.corp.example\r\n")
    (home / ".gitconfig").write_bytes(b"[http]\r\n\tsslVerify = false\r\n")
    said = trustmgr("audit", "--json").json
    off = [o["commands"] for o in said["observations"] if o["kind"] == "verification-off"]
    config = str(home / ".gitconfig")
    assert [f"git config --file {config} --unset-all http.sslVerify"] in off
    assert ["pip config --user unset global.trusted-host"] in off


#: Ends this process, without any clearing up, when the change passes its n-th step.
CHILD = """
import os, sys
from pathlib import Path
from platform_backends import steps
from platform_backends.base import SERVER_AUTH_ONLY
from platform_backends.discovery import open_store
from platform_backends.tool_settings import places
name, moment, operation, der, sha256, roots = sys.argv[1:]
places.MACHINE = (Path(roots),)
left = [int(moment)]
def reached(step):
    left[0] -= 1
    if left[0] < 0:
        os._exit(9)
steps.reached = reached
store = open_store(f"tool.{name}")
store.add(bytes.fromhex(der), SERVER_AUTH_ONLY) if operation == "add" else store.remove(sha256)
"""


def killed(name: str, moment: int, operation: str, root: Made) -> bool:
    words = [name, str(moment), operation, root.der.hex(), root.sha256, str(places.MACHINE[0])]
    ran = python(CHILD, *words)
    assert ran.returncode in (0, 9), ran.stdout
    return ran.returncode == 9


@pytest.mark.parametrize("operation", ["add", "remove"])
def test_killed_at_every_step_a_variable_is_as_before_or_after(
    home: Path, root: Made, operation: str
) -> None:
    theirs(home, "node")
    store = tool_store("node")
    none = state(home)
    store.add(root.der, SERVER_AUTH_ONLY)
    one = state(home)
    store.remove(root.sha256)
    assert state(home) == none
    before, after = (none, one) if operation == "add" else (one, none)
    moment = 0
    while True:
        if operation == "remove":
            store.add(root.der, SERVER_AUTH_ONLY)
        if not killed("node", moment, operation, root):
            break
        store.settle()
        assert state(home) in (before, after), moment
        store.remove(root.sha256)
        assert state(home) == none, moment
        moment += 1
    assert state(home) == after
    assert moment > 5

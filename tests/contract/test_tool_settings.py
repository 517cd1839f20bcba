"""The stores of single tools, in a home of the test's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from platform_backends import files
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    NotOurs,
    Origin,
    Store,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    UnsafeFile,
    WriteFailed,
)
from platform_backends.discovery import open_store
from platform_backends.tool_settings import ToolStore, places, syntax
from platform_backends.tool_settings.store import _TOOLS
from tests.contract.killing import count_steps, killed_at
from tests.contract.namespace import snapshot
from tests.contract.store_contract import StoreContract, found
from tests.making import Made, make

FORMATS = {
    "git": '[user]\r\n\tname = "A ; B" # c\r\n[http]\r\n\tproxy = x\r\n\tsslCAInfo = {file}\r\n',
    "pip": "# mine\n[global]\nindex-url = https://x/\n  y\ncert = {file}\n[install]\nuser = yes",
    "npm": "//r/:_authToken=s3cr3t==\ncafile={file}\n; last",
    "node": 'NODE_EXTRA_CA_CERTS="{file}"\nOTHER=1\n',
    "curl": '# c\nsilent\n--cacert "{file}"\nuser-agent: x',
    "wget": "ca-certificate={file}\ntries = 2",
    "requests": "REQUESTS_CA_BUNDLE={file}",
    "openssl": "SSL_CERT_FILE={file}\n",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, the machine's roots replaced by two, and every tool on the PATH."""
    home, programs = tmp_path / "home", tmp_path / "bin"
    for folder in (home, programs, home / ".local" / "share" / "trustmgr" / "bundles"):
        folder.mkdir(parents=True, mode=0o700)
    for name in _TOOLS:
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "CURL_HOME", "WGETRC", "PIP_CERT"):
        monkeypatch.delenv(variable, raising=False)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(make("Vendor A", ca=True).pem + make("Vendor B", ca=True).pem)
    monkeypatch.setattr(places, "MACHINE", (roots,))
    monkeypatch.setattr(places, "SYSTEM", tmp_path / "etc")
    return home


def tool_store(name: str) -> ToolStore:
    store = open_store(f"tool.{name}")
    assert isinstance(store, ToolStore)
    return store


def theirs(home: Path, name: str) -> tuple[Made, Path, Path]:
    """Somebody's setting that names somebody's bundle: a certificate in it, the bundle, the file."""
    made, bundle = make("Somebody's Root", ca=True), home / "company" / "bundle.pem"
    bundle.parent.mkdir()
    bundle.write_bytes(b"# ours\r\n" + made.pem + make("Second", ca=True).pem)
    store = tool_store(name)
    path = store.tool.write
    if store.tool.variable:
        path = path.with_name("10-company.conf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(FORMATS[name].format(file=bundle).encode())
    return made, bundle, path


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


@pytest.fixture(params=_TOOLS)
def name(request: pytest.FixtureRequest, home: Path) -> str:
    return str(request.param)


def test_the_last_removal_leaves_nothing(home: Path, name: str) -> None:
    before, store, made = snapshot(home), tool_store(name), make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert store.changes.bundle.exists()
    store.remove(made.sha256)
    assert snapshot(home) == before


def test_their_bundle_is_built_upon_and_everything_comes_back(home: Path, name: str) -> None:
    foreign, bundle, _ = theirs(home, name)
    before, store, made = snapshot(home), tool_store(name), make(ca=True)
    kept = bundle.read_bytes()
    store.add(made.der, SERVER_AUTH_ONLY)
    assert bundle.read_bytes() == kept
    assert {e.origin for e in found(store, made)} == {Origin.THIS_PROGRAM}
    assert {e.origin for e in found(store, foreign)} == {Origin.USER}
    assert len(store.entries()) == 3
    store.remove(made.sha256)
    assert snapshot(home) == before


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


def test_killed_at_every_step_it_is_before_or_after(home: Path, name: str) -> None:
    if name in ("npm", "node", "curl"):
        theirs(home, name)
    store, first, second = tool_store(name), make("First", ca=True), make("Second", ca=True)
    none = snapshot(home)
    states = {}
    for made in (first, second):
        before = snapshot(home)
        moments = count_steps(lambda made=made: store.add(made.der, SERVER_AUTH_ONLY))
        assert len(moments) > 5
        after = snapshot(home)
        store.remove(made.sha256)
        assert snapshot(home) == before
        for moment in range(len(moments)):
            killed_at(moment, lambda made=made: store.add(made.der, SERVER_AUTH_ONLY))
            store.settle()
            assert snapshot(home) in (before, after), moments[moment]
            (store.remove(made.sha256) if moment % 2 else store.add(made.der, SERVER_AUTH_ONLY))
            assert snapshot(home) == (before if moment % 2 else after), moments[moment]
            store.remove(made.sha256)
            assert snapshot(home) == before, moments[moment]
        store.add(made.der, SERVER_AUTH_ONLY)
        states[made.sha256] = (before, after)
    for made in (second, first):
        before, after = states[made.sha256]
        moments = count_steps(lambda made=made: store.remove(made.sha256))
        store.add(made.der, SERVER_AUTH_ONLY)
        for moment in range(len(moments)):
            killed_at(moment, lambda made=made: store.remove(made.sha256))
            store.settle()
            ended = [e.sha256 for e in store.entries() if e.origin is Origin.THIS_PROGRAM]
            assert (made.sha256 in ended) is (snapshot(home) != before), moments[moment]
            store.remove(made.sha256)
            assert snapshot(home) == before, moments[moment]
            store.add(made.der, SERVER_AUTH_ONLY)
        store.remove(made.sha256)
    assert snapshot(home) == none


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"# only a comment, no end",
        b"\xef\xbb\xbf# mark\r\n",
        b"# one\r\n\r\n# two",
        "# Größe \u202e\n".encode() + b"# \xff\xfe\n",
        b"# a\n\n\n   \n",
        b"# \\\n",
    ],
)
def test_odd_files_come_back_byte_for_byte(home: Path, name: str, text: bytes) -> None:
    store, made = tool_store(name), make(ca=True)
    path = store.tool.write
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    path.chmod(0o640)
    before = snapshot(home)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert text in path.read_bytes()
    assert found(store, made)
    assert path.stat().st_mode & 0o777 == 0o640
    store.remove(made.sha256)
    assert snapshot(home) == before


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("git", b'[http "https://a;b/"]\n\tsslVerify = true\n[alias]\n\tx = "!f() { \\\n a; }; f"'),
        ("git", b"[http] sslCAInfo = {}\n[HTTP]\r\n  SSLCAINFO = {}\r\n"),
        ("git", b"[user] name = x ; c"),
        ("pip", b"[global]\nindex-url =\n    https://a/\n    https://b/\n"),
        ("pip", b"[install]\nno-deps = yes\n[global]"),
        ("npm", b"[section]\na=1"),
        ("npm", b"a=1\r\n\r\n[section]\r\nb=2\r\n"),
        ("curl", b'-k\nheader = "a: b"\nurl http://x'),
    ],
)
def test_odd_texts_of_each_kind(home: Path, tool: str, text: bytes) -> None:
    bundle = home / "b.pem"
    bundle.write_bytes(make("B", ca=True).pem)
    store, made = tool_store(tool), make(ca=True)
    store.tool.write.parent.mkdir(parents=True, exist_ok=True)
    store.tool.write.write_bytes(text.replace(b"{}", str(bundle).encode()))
    before = snapshot(home)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert found(store, made)
    store.remove(made.sha256)
    assert snapshot(home) == before


@pytest.mark.parametrize("text", [b"[a]\n\tb = c \\", b'[a]\n\tb = "c'])
def test_a_file_that_cannot_be_edited_safely_is_left_alone(home: Path, text: bytes) -> None:
    path = home / ".gitconfig"
    path.write_bytes(text)
    before = snapshot(home)
    store = tool_store("git")
    try:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    except UnsafeFile:
        assert snapshot(home) == before
    else:
        assert text in path.read_bytes()


def test_what_others_write_meanwhile_stays(home: Path) -> None:
    store, made = tool_store("git"), make(ca=True)
    path = home / ".gitconfig"
    path.write_bytes(b"[user]\n\tname = x")
    store.add(made.der, SERVER_AUTH_ONLY)
    with path.open("ab") as file:
        file.write(b"\tproxy = y\n[core]\n\teditor = z\n")
    path.write_bytes(b"# top\n" + path.read_bytes())
    store.remove(made.sha256)
    want = b"# top\n[user]\n\tname = x\n[http]\n\tproxy = y\n[core]\n\teditor = z\n"
    assert path.read_bytes() == want


def test_a_setting_that_somebody_changed_since_is_theirs(home: Path, name: str) -> None:
    store, made, other = tool_store(name), make(ca=True), make("Other", ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    bundle = home / "new.pem"
    bundle.write_bytes(make("New", ca=True).pem)
    path = store.tool.write
    path.write_bytes(
        path.read_bytes().replace(os.fsencode(store.changes.bundle), os.fsencode(bundle))
    )
    before = path.read_bytes()
    assert store.remove(made.sha256) is False
    assert path.read_bytes() == before
    store.add(other.der, SERVER_AUTH_ONLY)
    assert not found(store, made)
    store.remove(other.sha256)
    assert path.read_bytes() == before


def test_included_settings_are_built_upon(home: Path) -> None:
    """Wherever they are included: what is read last counts, and that is ours."""
    made, company = make(ca=True), make("Company", ca=True)
    (home / "company.pem").write_bytes(company.pem)
    (home / "work").mkdir()
    (home / "work" / "gitconfig").write_text("[include]\n\tpath = more\n")
    (home / "work" / "more").write_text(
        "[http]\n\tsslCAInfo = ~/company.pem\n[include]\npath=more\n"
    )
    (home / ".gitconfig").write_text(
        "[http]\n\tsslCAInfo = /nowhere\n[include]\n\tpath = work/gitconfig\n"
    )
    before, store = snapshot(home), tool_store("git")
    assert [e.der for e in store.entries()] == [company.der]
    store.add(made.der, SERVER_AUTH_ONLY)
    assert [e.der for e in store.entries()] == [company.der, made.der]
    store.remove(made.sha256)
    assert snapshot(home) == before


def test_a_link_in_the_home_stays_one(home: Path) -> None:
    (home / "dotfiles").mkdir()
    real = home / "dotfiles" / "gitconfig"
    real.write_bytes(b"[a]\n\tb = c\n")
    (home / ".gitconfig").symlink_to(real)
    before, store, made = snapshot(home), tool_store("git"), make(ca=True)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert (home / ".gitconfig").is_symlink()
    store.remove(made.sha256)
    assert snapshot(home) == before


def test_a_missing_file_is_said_and_not_built_upon(home: Path, name: str) -> None:
    _, bundle, _ = theirs(home, name)
    bundle.unlink()
    before, store = snapshot(home), tool_store(name)
    found_out = store.availability()
    assert not found_out.available
    assert str(bundle) in found_out.reason
    assert found_out.fix
    with pytest.raises(StoreUnavailable):
        store.entries()
    with pytest.raises(StoreUnavailable):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert snapshot(home) == before


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
    assert "Log in" in store.availability().fix


def test_only_trust_for_servers_is_known(home: Path, name: str) -> None:
    for trust in (Trust.everything(Decision.DISTRUSTED), Trust(email=Decision.TRUSTED)):
        with pytest.raises(TrustNotSupported):
            tool_store(name).add(make(ca=True).der, trust)


def test_roots_of_the_machine_are_not_removed_here(home: Path) -> None:
    store = tool_store("git")
    with pytest.raises(NotOurs):
        store.remove(store.entries()[0].sha256, force=True)


@pytest.mark.parametrize("limit", [10, 1500, 2500])
def test_a_failed_write_leaves_everything(home: Path, name: str, limit: int) -> None:
    resource = pytest.importorskip("resource", reason="of POSIX: limits")
    store = tool_store(name)
    path = store.tool.write
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"# " + b"x" * 3000 + b"\n")
    before, earlier = snapshot(home), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, earlier[1]))
    try:
        with pytest.raises(WriteFailed) as caught:
            store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, earlier)
    assert caught.value.rolled_back
    assert snapshot(home) == before


def test_lines_end_as_the_first_one_does() -> None:
    assert syntax.newline(b"a\r\nb\n") == b"\r\n"
    assert syntax.newline(b"a\nb\r\n") == b"\n"
    assert files.TEMPORARY

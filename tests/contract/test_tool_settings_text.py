"""Setting files as people write them: every byte that is not ours stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from platform_backends import files
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    StoreUnavailable,
    UnsafeFile,
)
from platform_backends.tool_settings import syntax
from tests.contract.namespace import snapshot
from tests.contract.store_contract import found
from tests.contract.tool_home import OF_FILES, tool_store
from tests.making import make


@pytest.fixture(params=OF_FILES)
def name(request: pytest.FixtureRequest, home: Path) -> str:
    return str(request.param)


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
    if os.name == "posix":
        path.chmod(0o640)
    before = snapshot(home)
    if name == "cargo" and b"\xff" in text:  # that is no TOML
        with pytest.raises(StoreUnavailable):
            store.add(made.der, SERVER_AUTH_ONLY)
        return
    store.add(made.der, SERVER_AUTH_ONLY)
    assert text in path.read_bytes()
    assert found(store, made)
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o640
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
    store.tool.write.write_bytes(text.replace(b"{}", written(bundle)))
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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_said_and_left_alone(home: Path, name: str, encoding: str) -> None:
    store = tool_store(name)
    store.tool.write.parent.mkdir(parents=True, exist_ok=True)
    store.tool.write.write_bytes("\ufeff# Größe\r\n".encode(encoding))
    before = snapshot(home)
    assert "UTF-16" in store.availability().reason
    with pytest.raises(StoreUnavailable):
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert snapshot(home) == before


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
    path.write_bytes(path.read_bytes().replace(written(store.changes.bundle), written(bundle)))
    before = path.read_bytes()
    assert store.remove(made.sha256) is False
    assert path.read_bytes() == before
    store.add(other.der, SERVER_AUTH_ONLY)
    assert not found(store, made)
    store.remove(other.sha256)
    assert path.read_bytes() == before


def written(path: Path) -> bytes:
    return path.as_posix().encode()


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


def test_lines_end_as_the_first_one_does() -> None:
    assert syntax.newline(b"a\r\nb\n") == b"\r\n"
    assert syntax.newline(b"a\nb\r\n") == b"\n"
    assert files.TEMPORARY

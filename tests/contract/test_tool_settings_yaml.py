"""conda's YAML, held against the parser that conda uses; and Cargo's TOML."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from platform_backends.base import SERVER_AUTH_ONLY, StoreError, UnsafeFile
from platform_backends.tool_settings import edit, places
from platform_backends.tool_settings.syntax import Unclear
from platform_backends.tool_settings.yaml import yaml
from tests.contract.namespace import snapshot
from tests.contract.store_contract import found
from tests.contract.tool_home import tool_store
from tests.making import make

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="of Linux: settings of tools, so far"
)

BUNDLE = Path("/home/a b/.local/share/trustmgr/bundles/conda/bundle.pem")
KEY = "ssl_verify"

PIECES = [
    "channels:\n",
    "  - defaults\n",
    "- a\n",
    '- "x # y"\n',
    "    # deep\n",
    "ssl_verify: false\n",
    "ssl_verify:   /etc/x.pem   # why\n",
    "ssl_verify:\n",
    "ssl_verify: # why\n",
    "  /etc/y.pem\n",
    '"ssl_verify": true\n',
    "ssl_verify: 'it''s'\n",
    'ssl_verify: "/a\\u0062\\"c"\n',
    "ssl_verify: |\n",
    "  ssl_verify: nested\n",
    "ssl_verify: *a\n",
    "ssl_verify : ~\n",
    "proxy_servers: {http: 'a', https: \"b\"}\n",
    "x: [a,\n",
    "b]\n",
    "note: |\n",
    "note: >-\n",
    "  don't { \" [\n",
    'q: "open\n',
    'close"\n',
    "it: don't\n",
    "s: 'a' \"\n",
    "k: [b', \"c']\n",
    "k: ] [\n",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "# comment 'with \"marks\n",
    "#\n",
    "\n",
    "a: &a /etc/z.pem\n",
    "<<: *a\n",
    "{a: b}\n",
    "? ssl_verify\n",
    ": c\n",
    "!!map\n",
    "\tx: y\n",
    "a:b: c\n",
    "e: 1\r\n",
    "n: x\rssl_verify: y\n",
    "u: \u2028 v\n",
    "z: 0",
    "  indented: first\n",
    "- block: |\n",
    '  other: "\n',
    "bool: off\n",
]


def parsed(text: bytes) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text.decode())
    except (YAMLError, ValueError, UnicodeError):
        return None


@settings(max_examples=600, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_what_is_edited_means_to_conda_what_it_should(text: str) -> None:
    before, syntax = text.encode(), yaml(KEY)
    was = parsed(before)
    try:
        later, change = edit.make(syntax, before, KEY, BUNDLE)
    except (UnsafeFile, Unclear):
        return
    assert edit.take_back(syntax, later, KEY, BUNDLE, change) == before
    if was is None and before.strip(b"-# \r\n\t") and not _says_nothing(before):
        return  # conda could not read it either
    assert parsed(later) == {**(was or {}), KEY: str(BUNDLE)}


def _says_nothing(text: bytes) -> bool:
    lines = text.decode().split("\n")
    return all(not line.strip() or line.strip().startswith("#") for line in lines)


@settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_what_is_read_is_what_conda_reads(text: str) -> None:
    was = parsed(text.encode())
    try:
        said = yaml(KEY).last(text.encode(), KEY)
    except Unclear:
        return
    if not isinstance(was, dict):
        return
    value = was.get(KEY)
    words = {True: "true", False: "false", None: ""}
    want = words[value] if value is None or isinstance(value, bool) else str(value)
    assert (said.value.lower() if said is not None else "") == want.lower()


@pytest.mark.parametrize(
    "text",
    [
        "channels:\n  - a\nssl_verify: false\nother: [1, 2]\n",
        "ssl_verify: true",
        "# c\r\nssl_verify: /x # y\r\nz: 1\r\n",
        "note: |\n  it's \"odd\n  [{\nchannels: []\n",
        "---\nssl_verify:\n",
        "proxy_servers:\n  http: http://user:pass@corp.com:8080\nssl_verify: 'no'\n",
    ],
)
def test_usual_files_are_edited(text: str) -> None:
    later, _ = edit.make(yaml(KEY), text.encode(), KEY, BUNDLE)
    assert parsed(later) == {**parsed(text.encode()), KEY: str(BUNDLE)}


@pytest.mark.parametrize(
    "text",
    [
        "{ssl_verify: false}\n",
        "- a\n- b\n",
        "ssl_verify: true\nssl_verify: false\n",
        '"ssl_verify": false\n',
        "x: [a,\n  b]\n",
        'x: "a\n  b"\n',
        "a: &a x\nssl_verify: *a\n",
        "<<: {ssl_verify: false}\n",
        "a: 1\n---\nssl_verify: false\n",
        "ssl_verify: |\n  /x\n",
        "  a: 1\n",
        "a:\n\tb: 1\n",
        "note: |\n  end without a line end",
    ],
)
def test_what_could_be_misread_is_refused_and_left_alone(home: Path, text: str) -> None:
    path = home / ".condarc"
    path.write_text(text)
    before, store = snapshot(home), tool_store("conda")
    with pytest.raises(StoreError) as caught:
        store.add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert caught.value.sentence
    assert caught.value.next_step
    assert snapshot(home) == before


@pytest.mark.parametrize("word", ["true", "yes", "False", "off", "truststore", "~", "null", ""])
def test_a_word_is_no_file(home: Path, word: str) -> None:
    path = home / ".condarc"
    path.write_text(f"channels: [a]\nssl_verify: {word}\n")
    before, store, made = snapshot(home), tool_store("conda"), make(ca=True)
    machine = 2 if word == "truststore" else 0
    assert len(store.entries()) == machine
    assert ("switched off" in store.availability().reason) is (word in ("False", "off"))
    store.add(made.der, SERVER_AUTH_ONLY)
    assert len(store.entries()) == 3  # the machine's roots and ours
    store.remove(made.sha256)
    assert snapshot(home) == before


def test_every_place_of_conda_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, bundle = make("Company", ca=True), home / "company.pem"
    bundle.write_bytes(made.pem)
    folder = places.SYSTEM / "conda" / "condarc.d"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text(f"ssl_verify: {bundle}\n")
    (folder / "b.conf").write_text("ssl_verify: /nowhere\n")
    store = tool_store("conda")
    assert [e.der for e in store.entries()] == [made.der]
    monkeypatch.setenv("CONDA_PREFIX", str(home / "env"))
    (home / "env").mkdir()
    (home / "env" / ".condarc").write_text("ssl_verify: false\n")
    assert "environment is active" in tool_store("conda").availability().reason
    monkeypatch.setenv("CONDARC", str(home / "own.yml"))
    assert tool_store("conda").tool.write == home / "own.yml"


@pytest.mark.parametrize(
    "text",
    [
        "[net]\ngit-fetch-with-cli = true\n",
        "[http]\ntimeout = 5 # s\n[registry]\ndefault = 'x'\n",
        "[http]",
        "[http.proxy]\nx = 1\n",
        "[[a]]\nb = [\n  1,\n]\n",
        's = """\n[http]\ncainfo = 1\n"""\n[x]\n',
    ],
)
def test_toml_is_edited_as_its_parser_reads_it(home: Path, text: str) -> None:
    store, made = tool_store("cargo"), make(ca=True)
    path = store.tool.write
    path.parent.mkdir(parents=True)
    path.write_text(text)
    before = snapshot(home)
    try:
        store.add(made.der, SERVER_AUTH_ONLY)
    except StoreError:
        assert '"""' in text
        assert snapshot(home) == before
        return
    was, now = tomllib.loads(text), tomllib.loads(path.read_text())
    assert now["http"].pop("cainfo") == str(store.changes.bundle)
    assert {k: v for k, v in now.items() if v} == {k: v for k, v in was.items() if v}
    assert found(store, made)
    store.remove(made.sha256)
    assert snapshot(home) == before


@pytest.mark.parametrize(
    "text",
    [
        'http = { cainfo = "/x" }\n',
        'http.cainfo = "/x"\n',
        '["http"]\ncainfo = "/x"\n',
        "[http]\n'cainfo' = '/x'\n",
        "[http\n",
    ],
)
def test_odd_toml_is_refused_and_left_alone(home: Path, text: str) -> None:
    (home / "x").write_bytes(make(ca=True).pem)
    path = home / ".cargo" / "config.toml"
    path.parent.mkdir()
    path.write_text(text.replace("/x", str(home / "x")))
    before = snapshot(home)
    with pytest.raises(StoreError):
        tool_store("cargo").add(make(ca=True).der, SERVER_AUTH_ONLY)
    assert snapshot(home) == before

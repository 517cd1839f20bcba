"""The stores for one site alone: git's sections and the folders of registries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Scope,
    Store,
    StoreUnavailable,
)
from platform_backends.discovery import all_stores, open_store
from platform_backends.tool_settings import ToolStore, places, site_store_ids
from tests.contract.namespace import snapshot
from tests.contract.store_contract import StoreContract
from tests.contract.test_registries import registry
from tests.contract.tool_home import tool_store
from tests.making import Made, make

of_linux = pytest.mark.skipif(sys.platform != "linux", reason="of Linux: engines of containers")

SITE = "git.example.org:8443"
SECTION = f"https://{SITE}/"


def git_site(site: str = SITE) -> ToolStore:
    store = open_store(f"tool.git@{site}")
    assert isinstance(store, ToolStore)
    return store


class TestGitSite(StoreContract):
    writes = 4
    examples = 5

    @pytest.fixture
    def store(self, home: Path) -> ToolStore:
        return git_site()

    @pytest.fixture
    def foreign(self, store: ToolStore, home: Path) -> Made:
        made = make("Somebody's Root", ca=True)
        (home / "site.pem").write_bytes(make("Second", ca=True).pem + made.pem)
        (home / ".gitconfig").write_text(
            f'[http "https://GIT.example.org:8443"]\n\tsslCAInfo = {home.as_posix()}/site.pem\n'
        )
        return made

    def folders(self, store: Store) -> tuple[Path, ...]:
        assert isinstance(store, ToolStore)
        return (places.home(), store.changes.folder)


@of_linux
@pytest.mark.parametrize(
    ("host", "port", "written"),
    [
        ("Git.Example.ORG.", 443, "git.example.org:443"),
        ("127.0.0.1", 8443, "127.0.0.1:8443"),
        ("::1", 443, "[::1]:443"),
        ("2001:DB8:0::1", 1, "[2001:db8::1]:1"),
        ("xn--bcher-kva.example", 65535, "xn--bcher-kva.example:65535"),
        ("under_score", 5000, "under_score:5000"),
    ],
)
def test_ids_are_written_in_one_way(home: Path, host: str, port: int, written: str) -> None:
    (places.SYSTEM / "docker").mkdir(parents=True)
    ids = [i for i in site_store_ids(host, port) if not i.startswith("tool.podman@")]
    assert ids == [f"tool.git@{written}", f"tool.docker@{written}"]
    for identity in ids:
        store = open_store(identity)
        assert store.id == identity
        assert store.scope is Scope.TOOL
        assert store.availability().available
        assert store.entries() == ()


@pytest.mark.parametrize(
    "site",
    [
        "",
        "host",
        "host:",
        ":443",
        "host:0",
        "host:65536",
        "host:99999999",
        "host:0443",
        "host:+443",
        "Host:443",
        "hö.example:443",
        "a b:443",
        "a/b:443",
        "..:443",
        "../x:443",
        "a\nb:443",
        'a"]:443',
        "user@host:443",
        "*.example.org:443",
        "::1:443",
        "[::1]",
        "[fe80::1%eth0]:443",
        "[0:0::1]:443",
        "[host]:443",
        "-host:443",
        "x" * 300 + ":443",
    ],
)
@pytest.mark.parametrize("tool", ["git", pytest.param("docker", marks=of_linux)])
def test_what_is_no_site_is_refused(home: Path, tool: str, site: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_store(f"tool.{tool}@{site}")
    assert caught.value.sentence
    assert caught.value.next_step


@of_linux
def test_they_are_listed_once_they_are_there(home: Path) -> None:
    (places.SYSTEM / "docker" / "certs.d" / "r.example").mkdir(parents=True)
    (places.SYSTEM / "docker" / "certs.d" / "r.example:5000").mkdir()
    (places.SYSTEM / "docker" / "certs.d" / "no host!").mkdir()
    (places.SYSTEM / "docker" / "certs.d" / "file:1").touch()
    (places.SYSTEM / "gitconfig").write_text('[http "https://all.example"]\nsslCAInfo=/x\n')
    (home / ".gitconfig").write_text(
        '[http "https://HOST.example/team/"]\n\tsslCAInfo = /x\n'
        '[http "https://[::1]:8443/"]\n\tsslCAInfo = /x\n\tsslVerify = true\n'
        '[http "https://host.example"]\n\tsslCAInfo = /y\n'
        '[http "https://check.example"]\n\tsslVerify = true\n'
        '[http "http://plain.example"]\n\tsslCAInfo = /x\n'
        '[http "https://*.example"]\n\tsslCAInfo = /x\n'
        '[http "https://bad:port"]\n\tsslCAInfo = /x\n'
        '[http "https://[bad"]\n\tsslCAInfo = /x\n'
        "[http]\n\tsslCAInfo = /x\n"
    )
    ids = [store.id for store in all_stores() if "@" in store.id]
    assert [i for i in ids if i.startswith("tool.git@")] == [
        f"tool.git@{site}" for site in ("all.example:443", "host.example:443", "[::1]:8443")
    ]
    assert [i for i in ids if i.startswith("tool.docker@")] == [
        "tool.docker@r.example:443",
        "tool.docker@r.example:5000",
    ]


def test_a_new_section_of_git_holds_what_was_added_and_nothing_else(home: Path) -> None:
    before, store, made = snapshot(home), git_site("git.example.org:443"), make(ca=True)
    assert store.add(made.der, SERVER_AUTH_ONLY)
    text = (home / ".gitconfig").read_text()
    assert text == (
        f'[http "https://git.example.org/"]\n\tsslCAInfo = "{store.changes.bundle.as_posix()}"\n'
    )
    assert [entry.der for entry in store.entries()] == [made.der]
    assert made.der not in [entry.der for entry in tool_store("git").entries()]
    assert not store.stale()
    store.remove(made.sha256)
    assert snapshot(home) == before


@pytest.mark.skipif(not Path("/usr/bin/git").exists(), reason="not installed: git")
@pytest.mark.parametrize(
    "others",
    [
        "",
        "[http]\n\tsslCAInfo = /all\n",
        '[http "https://git.example.org:8443"]\n\tsslCAInfo = {file}\n',
        '[http "https://GIT.example.org:8443/"]\n\tsslCAInfo = {file}\n[core]\n\tx = y',
        '[http "https://*.example.org:8443/"]\n\tsslCAInfo = /wild\n',
        '[http "https://git.example.org/"]\n\tsslCAInfo = /other-port\n',
    ],
)
def test_git_itself_takes_our_setting_for_the_site_and_for_no_other(
    home: Path, others: str
) -> None:
    (home / "site.pem").write_bytes(make("Site", ca=True).pem)
    if others:
        (home / ".gitconfig").write_text(others.format(file=(home / "site.pem").as_posix()))
    urls = ("https://other.example.org:8443/x", "https://git.example.org/x", "https://b.org/")
    mine, before = f"{SECTION}team/repository", [asked(url) for url in urls]
    was, store, made = snapshot(home), git_site(), make(ca=True)
    earlier = asked(mine)
    store.add(made.der, SERVER_AUTH_ONLY)
    assert asked(mine) == str(store.changes.bundle)
    assert [asked(url) for url in urls] == before
    store.remove(made.sha256)
    assert asked(mine) == earlier
    assert snapshot(home) == was


def asked(url: str) -> str:
    words = ("/usr/bin/git", "config", "--get-urlmatch", "http.sslCAInfo", url)
    env = os.environ | {"GIT_CONFIG_NOSYSTEM": "1"}
    ran = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    return ran.stdout.strip()


@pytest.mark.skipif(not Path("/usr/bin/git").exists(), reason="not installed: git")
@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("[http]\n\tsslVerify = false\n", True),
        (f'[http]\n\tsslVerify = false\n[http "{SECTION}"]\n\tsslVerify = true\n', False),
        (f'[http "{SECTION}"]\n\tsslVerify = no\n[http]\n\tsslVerify = yes\n', True),
        ('[http "https://other.example:8443"]\n\tsslVerify = false\n', False),
        ('[http "https://*.example.org:8443"]\n\tsslVerify = false\n', True),
        ('[http "https://*.example.org:8443"]\nsslVerify = 0\n[http]\nsslVerify=1\n', True),
        ('[http "https://*.example.org"]\n\tsslVerify = false\n', False),
    ],
)
def test_a_check_that_is_off_is_said_as_git_sees_it(home: Path, text: str, off: bool) -> None:
    (home / ".gitconfig").write_text(text)
    words = ("/usr/bin/git", "config", "--type=bool", "--get-urlmatch", "http.sslVerify", SECTION)
    env = os.environ | {"GIT_CONFIG_NOSYSTEM": "1"}
    said = subprocess.run(words, capture_output=True, text=True, check=False, env=env).stdout
    assert (said == "false\n") is off
    assert ("switched off" in git_site().availability().reason) is off


def test_a_setting_for_a_part_of_the_site_is_said(home: Path) -> None:
    (home / ".gitconfig").write_text(f'[http "{SECTION}team/"]\n\tsslCAInfo = /x\n')
    said = git_site().availability()
    assert said.available
    assert "team" in said.reason


@of_linux
def test_a_program_that_is_not_here_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(home))
    assert site_store_ids("a.example", 443) == ()
    for store in (git_site(), registry(), registry(engine="podman")):
        assert not store.availability().available
        assert store.availability().fix
    (places.SYSTEM / "docker").mkdir(parents=True)
    assert site_store_ids("a.example", 443) == ("tool.docker@a.example:443",)

"""git for one site alone, and Cargo: real programs, no before, yes after, no again after undo."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import trustmgr
from tests.clients.serving import tls_server
from tests.clients.test_tool_settings import KEPT, done
from tests.making import chain

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="of Linux: settings of tools, so far"
)

#: What these programs say of an issuer that they do not know: GnuTLS, OpenSSL.
UNKNOWN = ("issuer", "certificate verification failed", "certificate problem")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean environment; Rust's tools stay where they are."""
    rust = Path("~/.rustup").expanduser()
    for variable in set(os.environ) - {*KEPT, "RUSTUP_HOME"}:
        monkeypatch.delenv(variable)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TRUSTMGR_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("RUSTUP_HOME", os.environ.get("RUSTUP_HOME", str(rust)))
    return home


@pytest.mark.parametrize("theirs", ["", '[user]\n\tname = x\n[http "{url}team/"]\n\tproxy = ""\n'])
def test_git_trusts_for_that_site_alone(home: Path, tmp_path: Path, theirs: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("not installed: git")
    leaf, intermediate, root = chain("localhost", addresses=("127.0.0.1",))
    (tmp_path / "root.pem").write_bytes(root.pem)
    with (
        tls_server(tmp_path, leaf, intermediate) as port,
        tls_server(tmp_path, leaf, intermediate) as other,
    ):
        if theirs:
            (home / ".gitconfig").write_text(theirs.format(url=f"https://localhost:{port}/"))
        store = f"tool.git@localhost:{port}"
        before = sorted(home.rglob("*"))
        assert refuses(port)
        done(trustmgr("import", str(tmp_path / "root.pem"), "--store", store, "--yes"))
        assert store in trustmgr("stores").out
        assert not refuses(port)
        assert refuses(other)
        done(trustmgr("undo", "--last"))
        assert refuses(port)
        assert store not in trustmgr("stores").out
    assert [p for p in sorted(home.rglob("*")) if ".local" not in p.parts] == before


def refuses(port: int) -> bool:
    """Whether git turns the site away for its certificate; else it got as far as the site's answer."""
    words = (
        "git",
        "-c",
        "http.followRedirects=false",
        "ls-remote",
        f"https://localhost:{port}/team/r",
    )
    ran = subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "no_proxy": "*"},
    )
    bad = any(word in ran.stderr for word in UNKNOWN)
    assert bad or ran.returncode == 0, ran.stderr  # an empty answer is one without branches
    return bad


def test_cargo_before_after_and_after_undo(home: Path, tmp_path: Path) -> None:
    if not has_sparse_registries():
        pytest.skip("no cargo here from 1.68 on")
    leaf, intermediate, root = chain("localhost", addresses=("127.0.0.1",))
    (tmp_path / "root.pem").write_bytes(root.pem)
    setting = home / ".cargo" / "config.toml"
    setting.parent.mkdir()
    with tls_server(tmp_path, leaf, intermediate) as port:
        text = f'[registries.lab]\nindex = "sparse+https://localhost:{port}/"\n[net]\nretry = 0\n'
        setting.write_text(text)
        assert cargo_refuses()
        done(trustmgr("import", str(tmp_path / "root.pem"), "--store", "tool.cargo", "--yes"))
        assert not cargo_refuses()
        done(trustmgr("undo", "--last"))
        assert cargo_refuses()
    assert setting.read_text() == text


def has_sparse_registries() -> bool:
    if shutil.which("cargo") is None:
        return False
    version = re.match(r"cargo 1\.(\d+)", cargo("--version").stdout)
    return version is not None and int(version[1]) >= 68


def cargo_refuses() -> bool:
    """Whether Cargo turns the registry away for its certificate."""
    said = cargo("search", "--registry", "lab", "x").stderr
    bad = any(word in said for word in UNKNOWN)
    assert bad or "EOF while parsing" in said, said  # an answer, though not that of a registry
    return bad


def cargo(*words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"LC_ALL": "C", "no_proxy": "*", "CARGO_TERM_COLOR": "never"}
    return subprocess.run(
        ("cargo", *words), capture_output=True, text=True, timeout=60, check=False, env=env
    )

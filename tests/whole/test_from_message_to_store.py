"""From what a real git said, through `explain`, to the store that it reads; proven, and taken back."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import trustmgr
from tests.clients.serving import tls_server
from tests.making import chain

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="extra program: git")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [n for n in os.environ if n.startswith("GIT_") or "CERT" in n or "CA_" in n]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TRUSTMGR_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def git(port: int) -> str:
    """Its error; empty when it was content with the certificate."""
    done = subprocess.run(
        ["git", "ls-remote", f"https://site.localhost:{port}/a.git"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
    )
    return done.stderr if "certificate" in done.stderr else ""


def test_from_the_message_to_a_store_for_this_site_alone(home: Path, tmp_path: Path) -> None:
    leaf, intermediate, root = chain("site.localhost")
    file = tmp_path / "ca.pem"
    file.write_bytes(root.pem)
    with tls_server(tmp_path, leaf, intermediate) as port:
        message = git(port)
        assert message
        explained = trustmgr("explain", message)
        assert "git reads these stores" in explained.out, explained
        command = re.search(r"\$ trustmgr (import CA-FILE --store .*)", explained.out)
        assert command is not None
        words = [str(file) if w == "CA-FILE" else w for w in shlex.split(command[1])]
        assert words[-1] == f"tool.git@site.localhost:{port}"
        done = trustmgr(*words, "--fingerprint", root.sha256)
        assert done.code == 0, done
        assert git(port) == ""
        assert trustmgr("verify", f"site.localhost:{port}", "--client", "git").code == 0
        assert trustmgr("undo", "--last").code == 0
        assert git(port) == message
    assert not (home / ".gitconfig").exists()


def test_a_message_without_a_site_leads_to_no_site(home: Path) -> None:
    explained = trustmgr(
        "explain", "git clone: server certificate verification failed. CAfile: none CRLfile: none"
    )
    assert "@" not in explained.out
    assert "--store tool.git\n" in explained.out


def test_what_no_import_can_mend_names_no_store(home: Path) -> None:
    said = (
        "fatal: unable to access 'https://site.localhost/': Could not resolve host: site.localhost"
    )
    assert "reads these stores" not in trustmgr("explain", said).out

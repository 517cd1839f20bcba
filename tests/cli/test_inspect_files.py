"""`trustmgr inspect` with files: locked ones, damaged parts, saved evidence judged anew."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509 import AccessDescription, AuthorityInformationAccess
from cryptography.x509 import UniformResourceIdentifier as Address
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.cli.running import Ran, trustmgr
from tests.making import Made, chain, make
from tests.probe.peers import serving, tls
from trustmgr.lab import Lab

LEAF, MIDDLE, ROOT = chain("site.example")


@pytest.fixture
def roots(tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "root.pem"
    path.write_bytes(ROOT.pem)
    return "--roots", str(path)


def pfx(path: Path, made: Made, *others: Made) -> Path:
    """A PKCS#12 file whose password is “secret”."""
    held = [other.certificate for other in others]
    lock = BestAvailableEncryption(b"secret")
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"site", made.key, made.certificate, held, lock)
    )
    return path


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    return pfx(tmp_path / "site.p12", LEAF, MIDDLE)


def typed(answer: bytes, *words: str) -> tuple[int, str]:
    """Exit code and screen of a run on a terminal where `answer` is typed at the prompt."""
    pty = pytest.importorskip("pty", reason="of POSIX: terminals that are made")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "trustmgr", *words])
    screen = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # Linux says so that the other end is closed
            break
        if not more:
            break
        screen += more
        if answer and b"Password" in screen:
            os.write(terminal, answer)
            answer = b""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen.decode()


def test_the_password_is_asked_for_on_a_terminal(locked: Path, roots: tuple[str, str]) -> None:
    code, screen = typed(b"secret\n", "inspect", str(locked), *roots)
    assert code == 0
    assert f"Password of {locked}" in screen
    assert "secret" not in screen
    code, screen = typed(b"wrong\n", "inspect", str(locked), *roots)
    assert code == 2
    assert "The password does not open" in screen
    code, screen = typed(b"\x04", "inspect", str(locked), *roots)
    assert code == 2
    assert "no password was given" in screen


def test_roots_can_be_locked_too(tmp_path: Path) -> None:
    sent = tmp_path / "sent.pem"
    sent.write_bytes(LEAF.pem + MIDDLE.pem)
    roots = pfx(tmp_path / "root.p12", ROOT)
    assert typed(b"secret\n", "inspect", str(sent), "--roots", str(roots))[0] == 0


def test_without_a_terminal_one_sentence_says_what_to_do(locked: Path) -> None:
    ran = trustmgr("inspect", str(locked))
    assert (ran.code, ran.out) == (2, "")
    assert "is locked with a password. Run trustmgr in a terminal" in ran.err


@pytest.mark.skipif(shutil.which("openssl") is None, reason="not installed: openssl")
def test_libraries_say_nothing_on_stderr(tmp_path: Path, roots: tuple[str, str]) -> None:
    source = tmp_path / "in.pem"
    source.write_bytes(LEAF.pem + MIDDLE.pem + ROOT.pem)
    bundle = tmp_path / "out.p7b"
    words = ["openssl", "crl2pkcs7", "-nocrl", "-certfile", str(source), "-out", str(bundle)]
    subprocess.run(words, check=True)
    ran = trustmgr("inspect", str(bundle), *roots)
    assert (ran.code, ran.err) == (0, "")


def test_a_damaged_part_is_said(tmp_path: Path, roots: tuple[str, str]) -> None:
    path = tmp_path / "chain.pem"
    broken = LEAF.pem.replace(b"M", b"!", 1)
    path.write_bytes(LEAF.pem + broken + MIDDLE.pem)
    ran = trustmgr("inspect", str(path), *roots, "--json")
    assert ran.code == 1
    (finding,) = ran.json["findings"]
    assert finding["cause"] == "malformed-certificate"
    assert "block 2" in finding["proof"]
    assert len(ran.json["chain"]) == 3


def test_the_parser_of_the_library_is_nobodys_business(tmp_path: Path) -> None:
    path = tmp_path / "tiny.der"
    path.write_bytes(b"\x30\x82")
    ran = trustmgr("inspect", str(path))
    assert ran.code == 2
    assert "ParseError" not in ran.err


def saved(lab: Lab, tmp_path: Path, site: str) -> Path:
    path = tmp_path / f"{site}.json"
    words = ("--roots", str(lab.ca_file), "--save-evidence", str(path))
    trustmgr("inspect", lab.sites[site].target, *words)
    return path


def causes(ran: Ran) -> list[str]:
    return [finding["cause"] for finding in ran.json["findings"]]


def test_saved_evidence_is_judged_by_the_anchors_named_now(
    lab: Lab, tmp_path: Path, roots: tuple[str, str]
) -> None:
    path = str(saved(lab, tmp_path, "good"))
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    ca = ("import", str(lab.ca_file), "--store", f"folder:{full}", "--yes")
    assert trustmgr(*ca).code == 0
    assert causes(trustmgr("inspect", path, "--json")) == []
    assert causes(trustmgr("inspect", path, *roots, "--json")) == ["untrusted-root"]
    by_empty = ("--store", f"folder:{empty}")
    assert causes(trustmgr("inspect", path, *by_empty, "--json")) == ["untrusted-root"]
    both = trustmgr("inspect", path, *roots, "--store", f"folder:{full}", "--json")
    assert causes(both) == []
    assert both.json["anchor"]["stores"] == [f"folder:{full}"]


def test_one_evidence_file_for_one_target(lab: Lab, tmp_path: Path) -> None:
    targets = [lab.sites[name].target for name in ("good", "expired")]
    out = tmp_path / "evidence.json"
    ran = trustmgr("inspect", *targets, "--save-evidence", str(out))
    assert (ran.code, ran.out) == (2, "")
    assert not out.exists()


def test_hostile_evidence_is_shown_inert(lab: Lab, tmp_path: Path) -> None:
    path = saved(lab, tmp_path, "good")
    document = json.loads(path.read_text())
    document["evidence"]["attempts"][0]["cipher"] = "\x1b[31mTLS\u202e"
    path.write_text(json.dumps(document))
    ran = trustmgr("inspect", str(path))
    assert "<U+001B>[31mTLS<U+202E>" in ran.out


def test_a_hostile_address_of_the_issuer_is_shown_inert(roots: tuple[str, str]) -> None:
    pointer = AccessDescription(
        AuthorityInformationAccessOID.CA_ISSUERS, Address("http://127.0.0.1:1/\x1b[31m")
    )
    authority = make("Other", ca=True)
    leaf = make("localhost", authority, extra=((AuthorityInformationAccess([pointer]), False),))
    with serving(tls(leaf)) as port:
        ran = trustmgr("inspect", f"localhost:{port}", *roots)
    assert ran.code == 1
    assert "http://127.0.0.1:1/<U+001B>[31m" in ran.out

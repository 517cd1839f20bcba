"""`trustmgr inspect` as a process: exit codes, the JSON contract, wrong input."""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
import time
from pathlib import Path

import pytest

from tests.cli.running import trustmgr
from tests.making import NOW, chain, make
from trustmgr.lab import Lab

DAY = dt.timedelta(days=1)


def _roots(path: Path, made: object) -> str:
    path.write_bytes(made.pem)  # type: ignore[attr-defined]
    return str(path)


def test_the_contract_of_json_and_exit_code(lab: Lab) -> None:
    ran = trustmgr("inspect", lab.sites["good"].target, "--roots", str(lab.ca_file), "--json")
    assert ran.code == 0, ran.err
    found = ran.json
    assert set(found) == {
        "schema",
        "target",
        "verdict",
        "findings",
        "chain",
        "sent",
        "anchor",
        "connection",
        "clients",
    }
    assert found["schema"] == 1
    assert found["verdict"] == "trusted"
    assert found["findings"] == []
    assert found["target"]["host"] == "good.localhost"
    assert found["target"]["address"] in ("127.0.0.1", "::1")
    assert len(found["chain"]) == 3
    assert found["anchor"]["sha256"] == found["chain"][-1]["sha256"]
    assert found["sent"] == [c["sha256"] for c in found["chain"][:2]]
    assert found["connection"]["tls_version"] == "TLSv1.3"
    assert set(found["chain"][0]) == {
        "subject",
        "issuer",
        "serial",
        "not_before",
        "not_after",
        "sha256",
        "sha1",
        "spki_sha256",
        "key",
        "signature_hash",
        "names",
        "is_ca",
        "validation",
        "coverage",
        "source",
    }


def test_untrusted_is_one_and_text_names_the_cause(lab: Lab) -> None:
    ran = trustmgr("inspect", lab.sites["expired"].target, "--roots", str(lab.ca_file))
    assert ran.code == 1
    assert "[expired]" in ran.out
    assert "site's owner" in ran.out
    assert "\x1b" not in ran.out


def test_works_in_chrome_but_not_in_curl(lab: Lab) -> None:
    """Text says it where clients differ, JSON always, and a site that all take needs no word."""
    target, roots = lab.sites["missing-intermediate"].target, ("--roots", str(lab.ca_file))
    told = " ".join(trustmgr("inspect", target, *roots).out.split())
    assert re.search(r"Refused by [^:]*\bcurl\b[^:]*: It does not fetch", told)
    assert re.search(r"Accepted by [^:]*\bchrome\b[^:]*: It fetches", told)
    predicted = trustmgr("inspect", target, *roots, "--json").json["clients"]
    assert (predicted["chrome"]["accepts"], predicted["curl"]["accepts"]) == (True, False)
    assert "Accepted by" not in trustmgr("inspect", lab.sites["good"].target, *roots).out


def test_several_targets_are_an_array_and_the_worst_code(lab: Lab) -> None:
    targets = [lab.sites[name].target for name in ("good", "expired")]
    ran = trustmgr("inspect", *targets, "--roots", str(lab.ca_file), "--json")
    assert ran.code == 1
    assert [report["verdict"] for report in ran.json] == ["trusted", "untrusted"]


def test_options_may_stand_between_targets_and_names_may_begin_with_a_dash(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = lab.sites["good"].target
    ran = trustmgr("inspect", good, "--json", good, "--roots", str(lab.ca_file))
    assert [report["verdict"] for report in ran.json] == ["trusted", "trusted"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-leaf.pem").write_bytes(make("site.example").pem)
    assert "-leaf.pem is not trusted" in trustmgr("inspect", "--", "-leaf.pem").out


def test_host_at_and_connect(lab: Lab) -> None:
    roots = ("--roots", str(lab.ca_file), "--json")
    good = lab.sites["good"]
    other = trustmgr("inspect", good.target, *roots, "--host", "other.example")
    assert [f["cause"] for f in other.json["findings"]] == ["name-mismatch"]
    late = trustmgr("inspect", good.target, *roots, "--at", "2090-01-01")
    assert "expired" in [f["cause"] for f in late.json["findings"]]
    there = trustmgr(
        "inspect", "https://good.localhost:9/", *roots, "--connect", f"127.0.0.1:{good.port}"
    )
    assert there.json["verdict"] == "trusted"


def test_saved_evidence_gives_the_same_findings(lab: Lab, tmp_path: Path) -> None:
    saved = tmp_path / "evidence.json"
    target = lab.sites["expired-and-untrusted"].target
    roots = ("--roots", str(lab.ca_file))
    first = trustmgr("inspect", target, *roots, "--json", "--save-evidence", str(saved))
    again = trustmgr("inspect", str(saved), "--json")
    assert again.code == first.code == 1
    assert again.json == first.json


def test_a_certificate_file(tmp_path: Path) -> None:
    leaf, intermediate, root = chain("site.example")
    path = tmp_path / "chain.pem"
    path.write_bytes(b"some words\r\n" + leaf.pem + intermediate.pem)
    roots = _roots(tmp_path / "root.pem", root)
    ran = trustmgr("inspect", str(path), "--roots", roots, "--host", "site.example", "--json")
    assert ran.code == 0, ran.out
    assert {c["source"] for c in ran.json["chain"]} == {"file", "store"}
    separate = tmp_path / "leaf.pem"
    separate.write_bytes(leaf.pem)
    between = tmp_path / "intermediate.pem"
    between.write_bytes(intermediate.pem)
    two = trustmgr("inspect", str(separate), str(between), "--roots", roots, "--json")
    assert two.code == 0, two.out


def test_dead_port_and_silent_host_are_unreachable(lab: Lab) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        ran = trustmgr("inspect", f"127.0.0.1:{port}", "--json")
    assert ran.code == 3
    assert [f["cause"] for f in ran.json["findings"]] == ["connection-refused"]
    before = time.monotonic()
    silent = trustmgr("inspect", lab.sites["never-answers"].target, "--timeout", "1", "--json")
    assert silent.code == 3
    assert [f["cause"] for f in silent.json["findings"]] == ["timeout"]
    assert time.monotonic() - before < 30  # far below any hang, far above the timeout


BAD_FILES = {
    "words": b"hello, this is no certificate",
    "empty": b"",
    "html": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "truncated": b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_is_no_certificate(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.pem"
    path.write_bytes(BAD_FILES[kind])
    _one_sentence(trustmgr("inspect", str(path)))


def test_a_private_key_a_directory_a_huge_file_and_a_pipe(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(make().key_pem)
    ran = trustmgr("inspect", str(key))
    _one_sentence(ran)
    assert "private key" in ran.err
    assert "BEGIN" not in ran.err + ran.out
    _one_sentence(trustmgr("inspect", str(tmp_path)))
    huge = tmp_path / "huge.pem"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    _one_sentence(trustmgr("inspect", str(huge)))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.pem")
        _one_sentence(trustmgr("inspect", str(tmp_path / "pipe.pem"), timeout=20))
    _one_sentence(trustmgr("inspect", str(tmp_path / "absent.pem")))


@pytest.mark.parametrize(
    "target",
    [
        "a'b.example",
        "a\nb.example",
        'a"b',
        "host:99999",
        "host:x",
        "https://",
        "",
        " ",
        "a b",
        "[::1",
    ],
)
def test_a_target_that_is_none(target: str) -> None:
    _one_sentence(trustmgr("inspect", target))


@pytest.mark.parametrize(
    "words",
    [
        ("--at", "yesterday"),
        ("--at", "9999-12-31T23:59:59-14:00"),
        ("--host", "other.example:8443"),
        ("--no-such-option",),
        ("--timeout", "0"),
        ("--timeout", "x"),
        ("--connect", "nowhere:port"),
        ("--starttls", "gopher"),
        ("--roots", "absent.pem"),
        ("--store", "no.such.store"),
    ],
)
def test_wrong_options(words: tuple[str, ...]) -> None:
    ran = trustmgr("inspect", "localhost", *words)
    _one_sentence(ran)


def test_hostile_subject_is_inert_in_text_and_json(tmp_path: Path) -> None:
    evil = "<b>x</b>\u202egpj\x1b[31mred"
    path = tmp_path / "evil.pem"
    path.write_bytes(make(evil, names=("site.example",)).pem)
    for words in ((), ("--json",)):
        ran = trustmgr("inspect", str(path), *words)
        assert ran.code == 1
        assert "\u202e" not in ran.out
        assert "\x1b" not in ran.out
        assert "<U+202E>" in ran.out


def _one_sentence(ran: object) -> None:
    code, out, err = ran.code, ran.out, ran.err  # type: ignore[attr-defined]
    assert code == 2, err
    assert out == ""
    assert len(err.strip().splitlines()) == 1, err
    assert err.startswith("trustmgr: ")
    assert len(err) < 500


def test_expired_file_judged_then_and_now(tmp_path: Path) -> None:
    root = make("Root", ca=True, start=NOW - 900 * DAY)
    leaf = make("site.example", root, start=NOW - 90 * DAY, end=NOW - DAY)
    path = tmp_path / "leaf.pem"
    path.write_bytes(leaf.pem)
    roots = _roots(tmp_path / "root.pem", root)
    assert trustmgr("inspect", str(path), "--roots", roots).code == 1
    then = (NOW - 30 * DAY).date().isoformat()
    assert trustmgr("inspect", str(path), "--roots", roots, "--at", then).code == 0


def test_the_interceptor_as_a_proxy_for_several_sites(lab: Lab) -> None:
    """Through the lab's proxy, so that nothing leaves this machine."""
    proxy = f"http://127.0.0.1:{lab.sites['interception'].port}"
    ran = trustmgr(
        "inspect", "www.wikipedia.org", "www.debian.org", "--json", "--no-network",
        https_proxy=proxy, HTTPS_PROXY=proxy, no_proxy="", NO_PROXY="",
    )  # fmt: skip
    assert ran.code == 1
    for document in ran.json:
        causes = [finding["cause"] for finding in document["findings"]]
        assert causes == ["tls-interception", "untrusted-root"]
        assert "TLS-inspecting proxy" in document["findings"][0]["detail"]

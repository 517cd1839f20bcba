"""`trustmgr inspect` with many targets: lists, order, duplicates, exit codes, Ctrl+C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import trustmgr
from tests.making import chain
from trustmgr.lab import Lab


def hosts(found: list[dict[str, dict[str, str]]]) -> list[str]:
    return [report["target"]["host"] for report in found]


@pytest.fixture
def roots(lab: Lab) -> tuple[str, str]:
    return "--roots", str(lab.ca_file)


def test_a_list_with_comments(lab: Lab, roots: tuple[str, str], tmp_path: Path) -> None:
    first, second = lab.many(2)
    path = tmp_path / "sites.txt"
    path.write_text(
        f"\ufeff# ours\r\n{first}   # the first\r\n\r\n  https://{second}/a#b\n", encoding="utf-8"
    )
    ran = trustmgr("inspect", "--targets", str(path), *roots, "--json")
    assert ran.code == 0, ran.err
    assert ran.err == ""
    assert hosts(ran.json) == ["n0.many.localhost", "n1.many.localhost"]


def test_words_come_before_lists_and_order_is_kept(lab: Lab, roots: tuple[str, str]) -> None:
    silent, expired = lab.sites["never-answers"].target, lab.sites["expired"].target
    good = lab.many(30)
    ran = trustmgr(
        *("inspect", silent, expired, "--targets", "-", *roots, "--timeout", "1", "--json"),
        stdin="\n".join(good),
    )
    assert ran.code == 3
    assert hosts(ran.json) == [text.partition(":")[0] for text in (silent, expired, *good)]
    assert [report["verdict"] for report in ran.json[:3]] == ["unreachable", "untrusted", "trusted"]


def test_every_lab_site_by_a_list(lab: Lab, roots: tuple[str, str]) -> None:
    sites = list(lab.sites.values())
    words = ("inspect", "--targets", "-", *roots, "--timeout", "2", "--json")
    ran = trustmgr(*words, stdin="\n".join(site.target for site in sites))
    assert ran.code == 3
    assert ran.err == ""
    for site, report in zip(sites, ran.json, strict=True):
        causes = {f["cause"] for f in report["findings"] if f["severity"] != "notice"}
        assert (report["verdict"], causes) == (site.verdict, set(site.causes)), site.name


def test_the_array_is_the_one_that_single_documents_make(lab: Lab, roots: tuple[str, str]) -> None:
    texts = [lab.sites[name].target for name in ("good", "expired")]
    ran = trustmgr("inspect", *texts, *roots, "--at", "2026-01-01", "--json")
    assert ran.out == json.dumps(ran.json, indent=1) + "\n"
    for text, document in zip(texts, ran.json, strict=True):
        alone = trustmgr("inspect", text, *roots, "--at", "2026-01-01", "--json")
        assert alone.json == document


def test_a_list_of_one_is_an_array(lab: Lab, roots: tuple[str, str]) -> None:
    ran = trustmgr("inspect", "--targets", "-", *roots, "--json", stdin=lab.many(1)[0])
    assert ran.code == 0
    assert len(ran.json) == 1


def test_duplicates_are_inspected_once(lab: Lab, roots: tuple[str, str]) -> None:
    one, other = lab.many(2)
    words = ("inspect", one, other, f"https://{one}/", *roots)
    assert hosts(trustmgr(*words, "--json").json) == [
        "n0.many.localhost",
        "n1.many.localhost",
        "n0.many.localhost",
    ]
    text = trustmgr(*words).out
    assert text.count("is trusted") == 2
    lines = trustmgr(*words, "--jsonl").out.splitlines()
    assert sorted(hosts([json.loads(line) for line in lines])) == [
        "n0.many.localhost",
        "n1.many.localhost",
    ]


def test_unreadable_ones_among_good_ones(lab: Lab, roots: tuple[str, str], tmp_path: Path) -> None:
    words = tmp_path / "words.pem"
    words.write_text("hello")
    good = lab.many(2)
    listed = "\n".join([good[0], "host:99999", str(words), good[1]])
    ran = trustmgr("inspect", "--targets", "-", *roots, "--json", stdin=listed)
    assert ran.code == 2
    first, second = ran.err.splitlines()
    assert first.startswith("trustmgr: The standard input, line 2: ")
    assert "99999" in first
    assert "words.pem" in second
    verdicts = [report["verdict"] for report in ran.json]
    assert verdicts == ["trusted", "unreadable", "unreadable", "trusted"]
    assert "99999" in ran.json[1]["error"]
    assert set(ran.json[1]) == {*ran.json[0], "error"}
    text = trustmgr("inspect", good[0], "host:99999", *roots)
    assert text.code == 2
    assert "is trusted" in text.out


def test_files_that_follow_each_other_are_one_target_unless_listed(tmp_path: Path) -> None:
    leaf, intermediate, root = chain("site.example")
    paths = []
    for name, made in (("leaf", leaf), ("between", intermediate), ("root", root)):
        paths.append(tmp_path / f"{name}.pem")
        paths[-1].write_bytes(made.pem)
    texts = [str(path) for path in paths[:2]]
    roots = ("--roots", str(paths[2]), "--json")
    together = trustmgr("inspect", *texts, *roots)
    assert together.code == 0
    assert len(together.json["sent"]) == 2
    listed = trustmgr("inspect", "--targets", "-", *roots, stdin="\n".join(texts))
    assert [len(report["sent"]) for report in listed.json] == [1, 1]
    missing = trustmgr("inspect", texts[0], str(tmp_path / "absent.pem"), *roots)
    assert (missing.code, missing.out) == (2, "")


@pytest.mark.parametrize("listed", [b"", b"# nothing\n\n", b"\xff\xfe\x00", None])
def test_a_list_that_is_none(listed: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    if listed is not None:
        path.write_bytes(listed)
    ran = trustmgr("inspect", "--targets", str(path))
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1


def test_wrong_options_of_many_begin_nothing(lab: Lab, tmp_path: Path) -> None:
    one, other = lab.many(2)
    for words in (
        ("--roots", str(tmp_path / "absent.pem")),
        ("--store", "no.such.store"),
        ("--save-evidence", str(tmp_path / "evidence.json")),
        ("--json", "--jsonl"),
    ):
        ran = trustmgr("inspect", one, other, *words)
        assert (ran.code, ran.out) == (2, ""), words
        assert len(ran.err.splitlines()) == 1
    nothing = trustmgr("inspect")
    assert (nothing.code, nothing.out) == (2, "")


@pytest.mark.skipif(sys.platform == "win32", reason="of POSIX: signals")
@pytest.mark.parametrize("shape", ["", "--json", "--jsonl"])
def test_ctrl_c_says_what_was_done(lab: Lab, roots: tuple[str, str], shape: str) -> None:
    silent = [f"https://{lab.sites['never-answers'].target}/"]
    words = ["inspect", *lab.many(1), *silent, *roots, "--timeout", "3600", "--targets", "-"]
    with subprocess.Popen(
        [sys.executable, "-m", "trustmgr", *words, *filter(None, [shape])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write("\n".join(lab.many(5)[1:]))
        process.stdin.close()
        first = process.stdout.readline()  # something is done
        process.send_signal(signal.SIGINT)
        out, err = process.stdout.read(), process.stderr.read()
        assert process.wait(timeout=30) == 4
    assert err.startswith("trustmgr: Stopped: ")
    assert err.strip().endswith("of 6 targets were inspected.")
    if shape == "--json":
        assert {report["verdict"] for report in json.loads(first + out)} == {"trusted"}


def test_progress_is_for_terminals(lab: Lab, roots: tuple[str, str]) -> None:
    pty = pytest.importorskip("pty", reason="of POSIX: terminals that are made")
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "trustmgr", "inspect", *lab.many(3), *roots, "--jsonl"],
            stdout=subprocess.PIPE,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm"},
            timeout=60,
            check=False,
        )
        shown = os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0
    assert "of 3 inspected" in shown
    assert shown.endswith("\r")  # and gone in the end
    assert len(done.stdout.splitlines()) == 3

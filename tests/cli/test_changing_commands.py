"""import, remove, distrust, undo, history, list and stores, as a user types them.

Their stores are folders; `tests.remedy.test_private_machine` does the same with the system's store.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.cli.running import trustmgr
from tests.making import Made, make
from tests.where import needs_posix

HOSTILE = "<b>bold</b>\u202egnp.exe\u0007\x1b[31m"


@pytest.fixture(scope="session")
def root() -> Made:
    return make("Command Root", ca=True)


@pytest.fixture(scope="session")
def other() -> Made:
    return make("Command Other Root", ca=True)


@pytest.fixture
def file(tmp_path: Path, root: Made) -> str:
    path = tmp_path / "root ca.pem"
    path.write_bytes(root.pem)
    return str(path)


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"folder:{tmp_path / 'store'}"


def colons(sha: str) -> str:
    return ":".join(sha[i : i + 2] for i in range(0, len(sha), 2)).upper()


def in_store(store: str) -> dict[str, Any]:
    return {
        c["sha256"]: c for c in trustmgr("list", "--store", store, "--json").json["certificates"]
    }


def test_the_whole_way(file: str, store: str, root: Made) -> None:
    done = trustmgr("import", file, "--store", store, "--yes")
    assert done.code == 0
    assert done.err == ""
    for word in (
        "CN=Command Root",
        colons(root.sha256),
        "Valid",
        "Issuer",
        "impersonate",
        "web sites",
    ):
        assert word in done.out
    assert "trustmgr undo 1" in done.out
    assert in_store(store)[root.sha256]["stores"][store]["trust"]["server-auth"] == "trusted"
    again = trustmgr("import", file, "--store", store, "--yes")
    assert again.code == 0
    assert "Nothing had to be changed" in again.out
    assert "already trusted" in again.out
    history = trustmgr("history")
    assert "Command Root" in history.out
    assert len(trustmgr("history", "--json").json["changes"]) == 1
    undone = trustmgr("undo")
    assert undone.code == 0
    assert "undone" in undone.out
    assert in_store(store) == {}
    nothing = trustmgr("undo", "--last")
    assert nothing.code == 2
    assert nothing.err.count("\n") == 1
    assert trustmgr("undo", "1").code == 2


def test_without_a_word_nothing_is_trusted(file: str, store: str) -> None:
    refused = trustmgr("import", file, "--store", store)
    assert refused.code == 4
    assert "--fingerprint" in refused.err
    assert "SHA-256" in refused.out
    assert in_store(store) == {}


@pytest.mark.parametrize("write", [str, str.upper, colons, lambda sha: f"SHA256:{sha}"])
def test_the_fingerprint_confirms(file: str, store: str, root: Made, write: Any) -> None:
    done = trustmgr("import", file, "--store", store, "--fingerprint", write(root.sha256))
    assert done.code == 0
    assert root.sha256 in in_store(store)


def test_a_wrong_or_short_fingerprint_refuses(
    file: str, store: str, root: Made, other: Made
) -> None:
    wrong = trustmgr("import", file, "--store", store, "--fingerprint", other.sha256, "--yes")
    assert wrong.code == 4
    assert "NOT the certificate" in wrong.err
    for text in (root.sha256[:40], root.sha256[:10], "nonsense"):
        bad = trustmgr("import", file, "--store", store, "--fingerprint", text)
        assert bad.code == 2
        assert bad.err.count("\n") == 1
    assert in_store(store) == {}


def test_a_dry_run_changes_nothing(file: str, store: str, tmp_path: Path) -> None:
    shown = trustmgr("import", file, "--store", store, "--dry-run")
    assert shown.code == 0
    assert "Write " in shown.out
    assert "nothing was changed" in shown.out
    assert not (tmp_path / "store").exists()
    assert trustmgr("history", "--json").json["changes"] == []
    assert not (tmp_path / "state").exists()


def test_import_as_json(file: str, store: str, root: Made) -> None:
    document = trustmgr("import", file, "--store", store, "--yes", "--json").json
    assert document["schema"] == 1
    assert document["changed"] is True
    assert document["certificates"][0]["sha256"] == root.sha256
    assert document["plan"]["steps"][0]["store"] == store
    assert document["changes"][0]["state"] == "done"
    assert trustmgr("import", file, "--store", store, "--json").code == 0  # nothing to do


def test_several_certificates(tmp_path: Path, store: str, root: Made, other: Made) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(root.pem + other.pem + root.pem)
    assert trustmgr("import", str(both), "--store", store).code == 4
    one = trustmgr("import", str(both), "--store", store, "--fingerprint", other.sha256)
    assert one.code == 0
    assert set(in_store(store)) == {other.sha256}
    assert trustmgr("import", str(both), "--store", store, "--yes").code == 0
    assert set(in_store(store)) == {root.sha256, other.sha256}


def test_purposes(file: str, store: str, root: Made) -> None:
    words = ["--purpose", "email", "--purpose", "server-auth", "--yes"]
    assert trustmgr("import", file, "--store", store, *words).code == 0
    trust = in_store(store)[root.sha256]["stores"][store]["trust"]
    assert trust == {
        "server-auth": "trusted", "email": "trusted",
        "client-auth": "unspecified", "code-signing": "unspecified",
    }  # fmt: skip
    assert trustmgr("import", file, "--purpose", "everything").code == 2


def test_distrust_and_remove(file: str, store: str, root: Made) -> None:
    trustmgr("import", file, "--store", store, "--yes")
    assert trustmgr("distrust", colons(root.sha256), "--store", store).code == 0
    assert "distrusted*" in trustmgr("list", "--store", store).out
    again = trustmgr("distrust", root.sha256, "--store", store)
    assert again.code == 0
    assert "already distrusted" in again.out
    assert trustmgr("remove", root.sha256, "--store", store).code == 0
    gone = trustmgr("remove", root.sha256, "--store", store)
    assert gone.code == 2
    assert "No store holds" in gone.err
    assert trustmgr("undo").code == 0
    assert "distrusted*" in trustmgr("list", "--store", store).out


def test_what_others_put_there_needs_force(tmp_path: Path, store: str, root: Made) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "theirs.pem").write_bytes(root.pem)
    refused = trustmgr("remove", root.sha256, "--store", store)
    assert refused.code == 2
    assert "--force" in refused.err
    assert trustmgr("remove", root.sha256, "--store", store, "--force").code == 0


def test_hostile_names_are_inert(tmp_path: Path, store: str) -> None:
    evil = make(
        ca=True,
        subject=x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOSTILE)]),
    )
    path = tmp_path / "evil.pem"
    path.write_bytes(evil.pem)
    runs = [
        trustmgr("import", str(path), "--store", store),
        trustmgr("import", str(path), "--store", store, "--yes"),
        trustmgr("import", str(path), "--store", store, "--yes"),
        trustmgr("list", "--store", store),
        trustmgr("history"),
        trustmgr("history", "--json"),
        trustmgr("distrust", evil.sha256, "--store", store),
        trustmgr("undo"),
        trustmgr("remove", evil.sha256, "--store", store),
    ]
    for ran in runs:
        for character in ("\u202e", "\u0007", "\x1b"):
            assert character not in ran.out + ran.err
    assert "<b>" in runs[1].out  # plain text, shown as it is
    assert "U+202E" in runs[1].out


@pytest.mark.parametrize(
    "what", ["missing", "folder", "empty", "junk", "key", pytest.param("pipe", marks=needs_posix)]
)
def test_bad_files_get_one_sentence(tmp_path: Path, store: str, root: Made, what: str) -> None:
    path = tmp_path / "input"
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what != "missing":
        path.write_bytes({"empty": b"", "junk": b"\x00\xff" * 900, "key": root.key_pem}[what])
    ran = trustmgr("import", str(path), "--store", store, "--yes")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("trustmgr: ")
    assert ran.err.count("\n") == 1


def test_a_giant_file_is_refused(tmp_path: Path, store: str) -> None:
    path = tmp_path / "giant.pem"
    with path.open("wb") as sparse:
        sparse.truncate(1 << 30)
    ran = trustmgr("import", str(path), "--store", store, "--yes")
    assert ran.code == 2
    assert ran.err.count("\n") == 1


def test_unknown_store(file: str) -> None:
    ran = trustmgr("import", file, "--store", "no.such.store", "--yes")
    assert ran.code == 2
    assert "Known stores" in ran.err


@pytest.mark.parametrize("word", ["x", "-1", "1" * 40, "\uff11"])
def test_undo_of_what_is_no_number(word: str) -> None:
    assert trustmgr("undo", word).code == 2


def test_undo_takes_one_way_of_naming() -> None:
    assert trustmgr("undo", "1", "--last").code == 2


def test_stores_and_list_of_this_machine() -> None:
    stores = trustmgr("stores", "--json").json
    assert stores["schema"] == 1
    assert all(
        {"id", "title", "scope", "privilege", "available"} <= set(s) for s in stores["stores"]
    )
    assert trustmgr("stores").code == 0
    listed = trustmgr("list", "--json")
    if listed.code == 0:
        assert listed.json["schema"] == 1
        table = trustmgr("list").out
        assert len(table.splitlines()) >= len(listed.json["certificates"])


def _on_a_terminal(words: list[str], typed: str) -> tuple[int, str]:
    """Run with a terminal as standard input, and type."""
    pty = pytest.importorskip("pty", reason="of POSIX: terminals that are made")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "trustmgr", *words],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, typed.encode() + b"\n")
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, out.decode()


def test_on_a_terminal_the_fingerprint_is_asked_for(
    file: str, store: str, root: Made, other: Made
) -> None:
    words = ["import", file, "--store", store]
    code, out = _on_a_terminal(words, "")
    assert code == 4, out
    code, out = _on_a_terminal(words, "no")
    assert code == 4, out
    code, out = _on_a_terminal(words, other.sha256)
    assert code == 4, out
    assert in_store(store) == {}
    code, out = _on_a_terminal(words, colons(root.sha256))
    assert code == 0, out
    assert root.sha256 in in_store(store)


def test_a_damaged_journal_stops_changes_and_nothing_else(
    file: str, store: str, tmp_path: Path
) -> None:
    home = {"TRUSTMGR_HOME": str(tmp_path / "home")}
    assert trustmgr("import", file, "--store", store, "--yes", **home).code == 0
    (tmp_path / "home" / "journal.sqlite3").write_bytes(b"damaged" * 99)
    (tmp_path / "home" / "unfinished").touch()  # as after a kill
    held = in_store(store)
    listed = trustmgr("list", "--store", store, "--json", **home)
    assert listed.code == 0
    assert {c["sha256"] for c in listed.json["certificates"]} == set(held)
    assert "move it away" in listed.err
    undone = trustmgr("undo", **home)
    assert undone.code == 5
    assert in_store(store) == held
    assert trustmgr("history", **home).code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["import"],
        ["import", "x", "--purpose", "y"],
        ["undo", "x"],
        ["frobnicate"],
        ["stores", "\x1b[31m"],
    ],
)
def test_wrong_words_get_one_sentence(words: list[str]) -> None:
    ran = trustmgr(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith("trustmgr: ")
    assert "--help" in ran.err
    assert "\x1b" not in ran.err

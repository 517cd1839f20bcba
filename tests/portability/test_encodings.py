"""Names from all over the world, on outputs that have only some of their characters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import trustmgr
from tests.contract.store_contract import named

#: In Windows-1252, in code page 437 (the consoles of old) but for the quotes, in neither, and invisible.
NAME = "Größe “ß” Łódź 信頼 😀\u202e\u0007"


def said(*words: str, **environment: str) -> tuple[int, bytes]:
    """Exit code and raw output of a run, whose output is a pipe."""
    done = subprocess.run(
        [sys.executable, "-m", "trustmgr", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
    return done.returncode, done.stdout


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "utf-8", "ascii", ""])
def test_what_an_output_does_not_have_is_spelled_out(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "site.pem"
    path.write_bytes(named(NAME).pem)
    code, out = said("inspect", str(path), PYTHONIOENCODING=encoding)
    assert code == 1
    if encoding in ("cp1252", "cp437", "ascii"):
        assert rb"\u4fe1\u983c" in out
    if encoding in ("cp1252", "cp437", "utf-8"):
        assert "Größe".encode(encoding) in out


def test_json_is_the_same_in_every_encoding(tmp_path: Path) -> None:
    path = tmp_path / "site.pem"
    path.write_bytes(named(NAME).pem)
    when = ("--at", "2026-01-01T00:00:00Z", "--json")
    plain = said("inspect", str(path), *when, PYTHONIOENCODING="cp1252")
    assert plain == said("inspect", str(path), *when, PYTHONIOENCODING="utf-8")
    assert plain[1].isascii()


def test_messages_come_in_the_encoding_of_their_client() -> None:
    """`curl 2>&1 | trustmgr explain -`: what is piped is bytes in the code page, or UTF-8."""
    for name in ("utf-8", "cp1252"):
        done = subprocess.run(
            [sys.executable, "-m", "trustmgr", "explain", "-", "--json"],
            input="“größe”: SSL certificate problem: self-signed certificate".encode(name),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert b"self-signed" in done.stdout


def test_words_on_the_command_line_may_be_in_any_script(tmp_path: Path) -> None:
    ran = trustmgr("inspect", str(tmp_path / "信頼 ł.pem"))
    assert ran.code == 2
    assert "信頼 ł.pem" in ran.err

"""Output that is closed, full, read by nobody, or without the characters of a message."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from tests.making import make

PROGRAM = (sys.executable, "-m", "trustmgr")
MESSAGE = "SSL certificate problem: self-signed certificate"
COMMANDS = (("explain", MESSAGE), ("explain", MESSAGE, "--json"), ("stores",), ("--help",))

posix = pytest.mark.skipif(os.name == "nt", reason="of POSIX: streams")


def run(*words: str, stdout: int | IO[bytes] = subprocess.PIPE, **environment: str) -> str:
    """What a run with buffered output, as people have it, says on stderr."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    ran = subprocess.run(
        [*PROGRAM, *words],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**kept, **environment},
        timeout=60,
        check=False,
    )
    return f"{ran.returncode} {ran.stderr.decode()}"


@posix
@pytest.mark.parametrize("words", COMMANDS)
def test_nobody_reads_any_more(words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        assert run(*words, stdout=pipe) == "0 "


@posix
@pytest.mark.parametrize("words", COMMANDS)
def test_stdout_is_closed(words: tuple[str, ...]) -> None:
    program = 'exec "$@" >&-'
    ran = subprocess.run(
        ["sh", "-c", program, "sh", *PROGRAM, *words],
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="of Linux: /dev/full")
@pytest.mark.parametrize("words", COMMANDS[:3])
def test_the_disk_is_full(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        said = run(*words, stdout=full)
    assert said.startswith("2 trustmgr: The system refuses: ")
    assert said.count("\n") == 1


def test_characters_that_the_terminal_does_not_have(tmp_path: Path) -> None:
    (tmp_path / "site.pem").write_bytes(make("site.example").pem)
    with (tmp_path / "out").open("wb") as file:
        said = run("inspect", str(tmp_path / "site.pem"), stdout=file, PYTHONIOENCODING="ascii")
    assert said == "1 "
    assert b"\\u201cCN=site.example\\u201d" in (tmp_path / "out").read_bytes()
    said = run("inspect", "nöpe.pem", PYTHONIOENCODING="ascii")
    assert "no file n\\xf6pe.pem" in said


@posix
def test_nothing_to_read_from() -> None:
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *PROGRAM, "explain", "-"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith(b"trustmgr: There is no text to explain.")


def test_diagnosis_needs_no_state(tmp_path: Path) -> None:
    """Such as the home of somebody else, after `sudo -u`; here one that no system can look into."""
    said = run("explain", MESSAGE, TRUSTMGR_HOME=str(tmp_path / ("x" * 300)))
    assert said == "0 "

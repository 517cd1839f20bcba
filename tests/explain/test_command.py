"""`trustmgr explain`: arguments, pipes, JSON and exit codes."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Sequence

import pytest

from trustmgr.cli import explain as command
from trustmgr.engine import Engine
from trustmgr.errors import UsageError

KEYS = {"cause", "confidence", "title", "detail", "fix_by"}


class _Stdin(io.TextIOWrapper):
    """Standard input that holds bytes, or is a terminal."""

    def __init__(self, data: bytes = b"", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(data))
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def _run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return command.run(parser.parse_args(arguments), Engine())


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Could not establish trust relationship for the SSL/TLS secure channel with authority 'intranet:8443'"
    assert _run(["--json", text]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"schema", "client", "target", "causes"}
    assert document["schema"] == 1
    assert document["target"] == {"host": "intranet", "port": 8443}
    assert all(set(cause) == KEYS for cause in document["causes"])


def test_json_when_nothing_is_recognised(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["--json", "good morning"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document == {"schema": 1, "client": None, "target": None, "causes": []}


def test_words_without_quotes_make_one_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["SSL", "certificate", "problem:", "certificate", "has", "expired"]) == 0
    assert "expired" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["-"]])
@pytest.mark.parametrize(
    "data",
    [
        b"certificate has expired",
        "certificate has expired".encode("utf-16"),
        b"\x00\xff\xfe" * 10 + b" certificate has expired",
        b"x" * 10_000_000 + b" certificate has expired",
    ],
    ids=["plain", "utf-16", "binary", "10 MB"],
)
def test_pipe(
    arguments: list[str],
    data: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", _Stdin(data))
    assert _run(arguments) == 0
    assert "A certificate has expired" in capsys.readouterr().out


def test_a_terminal_and_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", _Stdin(terminal=True))
    with pytest.raises(UsageError) as raised:
        _run([])
    assert "trustmgr explain" in raised.value.next_step


def test_people_are_told_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    _run(
        [
            "unable to access 'https://[::1]:8443/x.git/': SSL certificate problem: self-signed certificate"
        ]
    )
    shown = capsys.readouterr().out
    assert "trustmgr inspect [::1]:8443" in shown
    assert "message of git" in shown


def test_domain_trust_sends_nobody_to_a_certificate_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _run(["The trust relationship between this workstation and the primary domain failed"])
    shown = capsys.readouterr().out
    assert "No certificate is involved" in shown
    assert "Test-ComputerSecureChannel" in shown
    assert "inspect" not in shown

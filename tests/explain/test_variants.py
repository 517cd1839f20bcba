"""The same message as others get it: other hosts and versions, other windows around it, other spellings."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Iterator

import pytest

from tests.explain.corpus import accepted, documented, faults, other_clients
from trustmgr.explain import explain
from trustmgr.explain.entries import entries

_HEX = re.compile(r"0x[0-9a-fA-F]{8}")


def _another_host(text: str) -> str:
    return text.replace("localhost:8443", "db-7.corp.example:5432").replace(
        "localhost", "db-7.corp.example"
    )


def _another_version(text: str) -> str:
    """Line numbers, addresses of threads and versions of libraries."""
    text = re.sub(r"_ssl\.c:\d+", "_ssl.c:2559", text)
    text = re.sub(r"OpenSSL/3\.\d+\.\d+", "OpenSSL/3.5.4", text)
    text = re.sub(r"\.c:\d{2,5}:", ".c:1021:", text)
    return re.sub(r"\b[0-9A-F]{12,16}:error:", "00DEADBEEF7F0000:error:", text)


def _upper_hex(text: str) -> str:
    return _HEX.sub(lambda code: "0X" + code[0][2:].upper(), text)


def _decimal(text: str) -> str:
    """As .NET, Visual Basic and event logs print an HRESULT."""
    return _HEX.sub(lambda code: str(int(code[0], 16) - (1 << 32)), text)


VARIANTS: dict[str, Callable[[str], str]] = {
    "another host": _another_host,
    "another version": _another_version,
    "in HTML": html.escape,
    "wrapped lines": lambda text: "\n".join(textwrap.wrap(text, 72, break_long_words=False)),
    "quoted in a letter": lambda text: "\n".join(f"> {line}" for line in text.splitlines()),
    "with a German prefix": lambda text: f"Fehler beim Herstellen der Verbindung: {text}",
    "with a date": lambda text: f"2027-03-01T09:12:44.100Z ERROR [main-7] worker-3 {text}",
    "in a shell's quotes": lambda text: f"+ echo '{text}'",
    "codes in upper case": _upper_hex,
}


def _first_three(text: str) -> set[str]:
    return {cause.cause for cause in explain(text).causes[:3]}


def _messages() -> Iterator[tuple[str, set[str]]]:
    for message in documented():
        yield str(message["example"]), {str(message["causes"][0])}
    for _, _, output, causes in faults():
        if causes and not accepted(output) and causes & _first_three(output):
            yield output, set(causes)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_message_in_every_variant(variant: str) -> None:
    change = VARIANTS[variant]
    lost = [
        (change(text)[:300], causes)
        for text, causes in _messages()
        if not causes & _first_three(change(text))
    ]
    assert lost == []


def _codes() -> Iterator[tuple[str, set[str]]]:
    """Every failed HRESULT in the knowledge base."""
    for entry in entries():
        causes = {cause for cause, _ in entry.causes}
        yield from (
            (one, causes) for one in entry.fragments if re.fullmatch(r"0x[89a-f]\w{7}", one)
        )


@pytest.mark.parametrize(("code", "causes"), sorted(_codes(), key=lambda pair: pair[0]))
def test_codes_in_every_spelling(code: str, causes: set[str]) -> None:
    for text in (code, code.upper(), code[2:], f"({code}L)", _decimal(code), str(int(code, 16))):
        assert causes & _first_three(text), text


@pytest.mark.parametrize("line", other_clients(), ids=lambda line: line[1][:60])
def test_clients_that_nobody_collected(line: tuple[set[str], str]) -> None:
    causes, text = line
    assert causes & _first_three(text)


@pytest.mark.parametrize(
    "text",
    [
        "The user name does not match the password.",
        "Your subscription has expired.",
        "API key is too short: use at least 32 characters",
        "error: pathspec 'x' did not match any file(s) known to git",
        "npm WARN deprecated foo@1.0.0: this library is no longer supported",
        "Connected to server, TLS 1.3, cipher TLS_AES_256_GCM_SHA384",
        "Certificate renewed successfully; it expires in 90 days",
        "SSL certificate verify ok.",
        "No such file or directory: cert.pem",
    ],
)
def test_what_only_sounds_like_it(text: str) -> None:
    assert explain(text).causes == ()


def test_the_issue_is_answered_in_numbers() -> None:
    """At least 25 clients and 150 messages."""
    from trustmgr.explain import _clients

    assert len(entries()) >= 400
    assert len({e.client for e in entries() if e.client} | {name for name, _ in _clients()}) >= 25

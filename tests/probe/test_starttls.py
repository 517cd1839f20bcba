"""Protocols that begin in plain text: consent, refusal and injection."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from tests.making import make
from tests.probe.peers import serving, tls
from trustmgr.engine import InspectOptions
from trustmgr.evidence import Attempt, Failure
from trustmgr.probe.collect import collect
from trustmgr.probe.starttls import supported
from trustmgr.probe.targets import parse_target
from trustmgr.progress import Progress
from trustmgr.target import STARTTLS_PROTOCOLS

LEAF = make("mail.localhost")
MYSQL = b"\x0a8.0\0" + bytes(4) + bytes(8) + b"\0" + b"\x00\x08" + bytes(20)
FEATURES = (
    b"<?xml version='1.0'?><stream:stream id='1'><stream:features>"
    b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
)

#: protocol -> turns: (what the server says, how the client's answer has to begin)
TURNS: dict[str, list[tuple[bytes, bytes]]] = {
    "smtp": [
        (b"220-hello\r\n220 there\r\n", b"EHLO "),
        (b"250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n", b"STARTTLS\r\n"),
        (b"220 go ahead\r\n", b""),
    ],
    "imap": [(b"* OK ready\r\n", b"a1 STARTTLS\r\n"), (b"* a remark\r\na1 OK begin\r\n", b"")],
    "pop3": [(b"+OK ready\r\n", b"STLS\r\n"), (b"+OK begin\r\n", b"")],
    "ftp": [(b"220 hello\r\n", b"AUTH TLS\r\n"), (b"234 begin\r\n", b"")],
    "ldap": [
        (b"", b"\x30\x1d\x02\x01\x01\x77"),
        (bytes.fromhex("300c02010178070a010004000400"), b""),
    ],
    "postgres": [(b"", b"\0\0\0\x08\x04\xd2\x16\x2f"), (b"S", b"")],
    "mysql": [
        (len(MYSQL).to_bytes(3, "little") + b"\0" + MYSQL, b"\x20\0\0\x01\0\x8a"),
        (b"", b""),
    ],
    "xmpp": [
        (b"", b"<?xml"),
        (FEATURES, b"<starttls "),
        (b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", b""),
    ],
}
NO: dict[str, list[bytes]] = {
    "smtp": [
        b"554 go away\r\n",
        b"220 hi\r\n250 mail\r\n454 not now\r\n",
        b"HTTP/1.1 400 Bad\r\n\r\n",
    ],
    "imap": [b"* BYE\r\n", b"* OK hi\r\na1 BAD what\r\n"],
    "pop3": [b"-ERR no\r\n", b"+OK hi\r\n-ERR what\r\n"],
    "ftp": [b"421 busy\r\n", b"220 hi\r\n502 what\r\n"],
    "ldap": [
        bytes.fromhex("300c02010178070a013504000400"),
        b"\x30\x84\x7f\xff\xff\xff",
        b"HTTP/1.0 400",
    ],
    "postgres": [b"N", b"E"],
    "mysql": [b"\x05\0\0\0\x0a8.0\0", b"\xff\xff\xff\0", b"\x03\0\0\0\xff\x10\x04"],
    "xmpp": [b"<stream:features></stream:features>", FEATURES + b"<failure/>"],
}


def talk(turns: list[tuple[bytes, bytes]], extra: bytes = b"") -> Callable[[socket.socket], None]:
    secure = tls(LEAF)

    def server(connection: socket.socket) -> None:
        for number, (said, expected) in enumerate(turns):
            connection.sendall(said + (extra if number == len(turns) - 1 else b""))
            if expected:
                # MySQL's client does not wait for consent: its hello may come in the same breath.
                answer = connection.recv(4096 if turns[-1][0] else 36)
                assert answer.startswith(expected)
        secure(connection)

    return server


def see(protocol: str, server: Callable[[socket.socket], None]) -> Attempt:
    with serving(server) as port:
        target = parse_target(f"mail.localhost:{port}", starttls=protocol)
        evidence = collect(target, InspectOptions(timeout=3, network=False), (), Progress())
    return evidence.attempts[0]


def test_every_protocol_of_the_contract_is_there() -> None:
    assert set(supported()) == set(STARTTLS_PROTOCOLS) == set(TURNS) == set(NO)


@pytest.mark.parametrize("protocol", sorted(TURNS))
def test_consent(protocol: str) -> None:
    attempt = see(protocol, talk(TURNS[protocol]))
    assert attempt.failure is None, attempt
    assert attempt.sent == (LEAF.der,)


@pytest.mark.parametrize(
    ("protocol", "answer"),
    [(protocol, answer) for protocol in sorted(NO) for answer in NO[protocol]],
)
def test_refusal(protocol: str, answer: bytes) -> None:
    def server(connection: socket.socket) -> None:
        connection.sendall(answer)
        while connection.recv(4096):
            pass

    attempt = see(protocol, server)
    assert attempt.failure is Failure.STARTTLS_REFUSED
    assert attempt.failure_text


@pytest.mark.parametrize("protocol", ["smtp", "imap", "pop3", "ftp", "postgres"])
def test_words_slipped_in_before_encryption_are_refused(protocol: str) -> None:
    attempt = see(protocol, talk(TURNS[protocol], extra=b"injected\r\n"))
    assert attempt.failure is Failure.STARTTLS_REFUSED


@pytest.mark.parametrize("protocol", sorted(TURNS))
def test_silence_and_closing(protocol: str) -> None:
    assert see(protocol, lambda connection: None).failure in (Failure.CLOSED, Failure.RESET)


def test_a_server_that_never_ends_its_line() -> None:
    def server(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"2" * 1000)

    assert see("smtp", server).failure is Failure.CLOSED

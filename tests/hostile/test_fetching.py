"""Nasty servers behind AIA, OCSP and CRL addresses, and nasty addresses."""

from __future__ import annotations

import gzip
import itertools
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.making import make
from tests.probe.peers import Talk, serving, tls
from trustmgr.engine import Engine, InspectOptions
from trustmgr.probe.blocking import run
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.fetch import Fetcher, FetchFailed
from trustmgr.probe.targets import parse_target
from trustmgr.progress import Progress

SECONDS = 1.0
MOST = 100_000


def fetcher(*, private: bool = True) -> Fetcher:
    return Fetcher(Deadline(SECONDS, Progress()), private, SECONDS)


def saying(*pieces: bytes, more: Iterable[bytes] = (), drip: float = 0.0) -> Talk:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        for piece in itertools.chain(pieces, more):
            connection.sendall(piece)
            time.sleep(drip)

    return talk


OK = b"HTTP/1.1 200 OK\r\n"
BOMB = gzip.compress(bytes(50_000_000))
ANSWERS: dict[str, Talk] = {
    "a body without end": saying(OK, b"\r\n", more=itertools.repeat(bytes(16384))),
    "a head without end": saying(OK, more=itertools.repeat(b"X: y\r\n" * 100)),
    "a head in drops": saying(*(bytes([c]) for c in OK * 9), drip=0.05),
    "a body in drops": saying(OK + b"\r\n", more=itertools.repeat(b"x"), drip=0.05),
    "a length that is too big": saying(OK + b"Content-Length: 99999999999\r\n\r\n"),
    "a length that lies": saying(OK + b"Content-Length: 500\r\n\r\nshort"),
    "chunks": saying(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    "no http": saying(b"hello"),
    "nothing": saying(),
    "status 404": saying(b"HTTP/1.1 404 No\r\n\r\n"),
    "a status that is no number": saying(b"HTTP/1.1 abc\r\n\r\n"),
    "to a file": saying(b"HTTP/1.1 302 x\r\nLocation: file:///etc/passwd\r\n\r\n"),
    "to https": saying(b"HTTP/1.1 302 x\r\nLocation: https://127.0.0.1/\r\n\r\n"),
    "to itself": saying(b"HTTP/1.1 302 x\r\nLocation: /again\r\n\r\n"),
    "to no address": saying(b"HTTP/1.1 302 x\r\nLocation: ://\r\n\r\n"),
    "with a line in the address": saying(b"HTTP/1.1 302 x\r\nLocation: http://a/\x0bGET\r\n\r\n"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answer(name: str) -> None:
    start = time.monotonic()
    with serving(ANSWERS[name]) as port, pytest.raises(FetchFailed) as caught:
        run(fetcher().get(f"http://127.0.0.1:{port}/x", MOST))
    assert time.monotonic() - start < 5 * SECONDS
    assert str(caught.value)


def test_a_gzip_bomb_is_never_unpacked() -> None:
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB)
    with serving(saying(head + BOMB)) as port:
        assert run(fetcher().get(f"http://127.0.0.1:{port}/x", MOST)) == BOMB


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "https://127.0.0.1/",
        "ldap://127.0.0.1/",
        "http://",
        "http:///x",
        "http://a b/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1/\r\nHost: other",
        "http://127.0.0.1/\u202e",
        "javascript:alert(1)",
        "\\\\server\\share",
    ],
)
def test_address(address: str) -> None:
    with pytest.raises(FetchFailed):
        run(fetcher().get(address, MOST))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0"])
def test_neighbours_are_not_asked_for_strangers(host: str) -> None:
    """Whoever makes a certificate may not make this machine talk to its own ports."""
    asked: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))

    with serving(talk) as port, pytest.raises(FetchFailed):
        run(fetcher(private=False).get(f"http://{host}:{port}/x", MOST))
    assert asked == []


def test_a_redirect_does_not_lead_to_neighbours_either() -> None:
    """The second address is judged like the first."""
    hosts = []

    class Watching(Fetcher):
        def _open(self, host: str, port: int, until: Deadline):  # type: ignore[no-untyped-def]  # noqa: ANN202
            hosts.append(host)
            stranger = Fetcher(until, private_allowed=len(hosts) == 1)
            return stranger._open(host, port, until)

    leading = saying(b"HTTP/1.1 302 x\r\nLocation: http://127.0.0.2/\r\n\r\n")
    with serving(leading) as port, pytest.raises(FetchFailed, match="local network"):
        run(Watching(Deadline(SECONDS, Progress()), True).get(f"http://127.0.0.1:{port}/x", MOST))
    assert hosts == ["127.0.0.1", "127.0.0.2"]


def _with_address(url: str) -> x509.AuthorityInformationAccess:
    access = AuthorityInformationAccessOID
    location = x509.UniformResourceIdentifier(url)
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(access.CA_ISSUERS, location),
            x509.AccessDescription(access.OCSP, location),
        ]
    )


@pytest.mark.parametrize("name", ["a body without end", "a body in drops", "no http", "to itself"])
def test_a_whole_inspection_stays_bounded(name: str, tmp_path: Path) -> None:
    root = make("Root", ca=True)
    middle = make("Middle", root, ca=True)
    (tmp_path / "root.pem").write_bytes(root.pem)
    start = time.monotonic()
    with serving(ANSWERS[name]) as http:
        access = _with_address(f"http://127.0.0.1:{http}/x")
        leaf = make("site.localhost", middle, extra=((access, False),))
        with serving(tls(leaf)) as port:
            options = InspectOptions(roots=(tmp_path / "root.pem",), timeout=SECONDS)
            report = Engine().inspect(parse_target(f"site.localhost:{port}"), options)
    assert time.monotonic() - start < 10 * SECONDS
    assert [f.cause for f in report.findings] == ["missing-intermediate"]
    assert "Fetching the issuer failed" in report.findings[0].proof

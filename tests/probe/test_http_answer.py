"""One question inside TLS when something does not fit, and none when all is well."""

from __future__ import annotations

import datetime as dt
import socket
import time
from collections.abc import Callable

import pytest
from OpenSSL import SSL

from tests.making import NOW, Made, chain
from tests.probe.peers import Talk, serving, tls
from trustmgr.engine import Engine, InspectOptions
from trustmgr.evidence import Evidence
from trustmgr.lab import Lab
from trustmgr.probe import doubts
from trustmgr.probe.collect import collect
from trustmgr.probe.http_answer import parse
from trustmgr.probe.targets import parse_target
from trustmgr.progress import Progress

DAY = dt.timedelta(days=1)
GOOD = chain("site.localhost")
ENDED = chain("site.localhost", start=NOW - 90 * DAY, end=NOW - 10 * DAY)
HEAD = b"HTTP/1.1 302 Found\r\nDate: Tue, 24 Nov 2026 10:20:30 GMT\r\nLocation: /x\r\n\r\n"


def look(talk: Talk, *, timeout: float = 5.0, at: dt.datetime | None = None) -> Evidence:
    with serving(talk) as port:
        options = InspectOptions(timeout=timeout, network=False, at=at)
        return collect(parse_target(f"site.localhost:{port}"), options, (), Progress())


def answering(
    answer: bytes | Callable[[SSL.Connection], None],
    counter: list[bytes],
    sent: tuple[Made, ...] = ENDED,
) -> Talk:
    """TLS; what is asked inside goes to `counter`."""
    base: list[SSL.Context] = []
    tls(*sent[:2], setup=base.append)
    (context,) = base

    def talk(connection: socket.socket) -> None:
        connection.settimeout(None)
        inside = SSL.Connection(context, connection)
        inside.set_accept_state()
        inside.do_handshake()
        counter.append(b"")
        counter[-1] = inside.recv(65536)
        if callable(answer):
            answer(inside)
        else:
            inside.sendall(answer)

    return talk


def test_a_good_site_is_asked_nothing_and_sees_one_connection() -> None:
    asked: list[bytes] = []
    evidence = look(answering(HEAD, asked, GOOD))
    assert evidence.answer is None
    assert evidence.clock is None
    time.sleep(0.05)
    assert len(asked) <= 1
    assert not any(asked)


def test_dates_that_do_not_fit_are_worth_a_question() -> None:
    asked: list[bytes] = []
    evidence = look(answering(HEAD, asked))
    assert evidence.answer is not None
    assert evidence.answer.status == 302
    assert evidence.answer.location == "/x"
    assert evidence.answer.date == dt.datetime(2026, 11, 24, 10, 20, 30, tzinfo=dt.UTC)
    assert asked[-1].startswith(b"HEAD / HTTP/1.1\r\nHost: site.localhost:")
    assert evidence.clock is not None
    assert evidence.clock.files is not None
    assert evidence.clock.started is not None


def test_a_question_about_another_moment_asks_no_clock() -> None:
    evidence = look(answering(HEAD, []), at=NOW + 900 * DAY)
    assert evidence.answer is None
    assert evidence.clock is None


def _drip(inside: SSL.Connection) -> None:
    for _ in range(200):
        inside.sendall(b"HTTP/1.1 200 OK\r\nX: "[:1])
        time.sleep(0.1)


def _flood(inside: SSL.Connection) -> None:
    inside.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        inside.sendall(b"X-Padding: " + b"x" * 8000 + b"\r\n")


@pytest.mark.parametrize("answer", [_drip, _flood, b"", b"220 mail\r\n\r\n", b"\x00" * 100])
def test_hostile_answers_are_bounded_in_time_and_size(
    answer: bytes | Callable[[SSL.Connection], None],
) -> None:
    started = time.monotonic()
    evidence = look(answering(answer, []), timeout=1.5)
    assert time.monotonic() - started < 6
    assert evidence.best_attempt is not None
    assert evidence.best_attempt.failure is None
    assert evidence.answer is None or evidence.answer.date is None


@pytest.mark.parametrize(
    ("field", "known"),
    [
        (b"Date: Sun, 06 Nov 1994 08:49:37 GMT", True),
        (b"date:Sunday, 06-Nov-94 08:49:37 GMT", True),
        (b"Date: Sun, 06 Nov 1994 08:49:37 -0000", True),
        (b"Date: tomorrow", False),
        (b"Date: Sun, 99 Nov 1994 08:49:37 GMT", False),
        (b"Date: Sun, 06 Nov 999999999999999 08:49:37 GMT", False),
        (b"Date: \xff\xfe", False),
        (b"Date", False),
    ],
)
def test_dates(field: bytes, known: bool) -> None:
    answer = parse(b"HTTP/1.1 200 OK\r\n" + field + b"\r\n\r\n")
    assert answer is not None
    assert (answer.date is not None) is known


def test_the_plain_port_is_asked_when_the_name_does_not_fit(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the real ports these are 443 and 80; here any two."""
    login = b"HTTP/1.1 302 Found\r\nLocation: http://login.guest-wifi.example/\r\n\r\n"
    asked: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(login)

    site = lab.sites["wrong-host"]
    with serving(talk) as plain:
        monkeypatch.setattr(doubts, "PLAIN_PORTS", {site.port: plain})
        options = InspectOptions(roots=(lab.ca_file,))
        report = Engine().inspect(parse_target(site.target), options)
        assert [f.cause for f in report.findings] == ["captive-portal", "name-mismatch"]
        Engine().inspect(parse_target(lab.sites["good"].target), options)
    assert len(asked) == 1
    assert asked[0].startswith(b"HEAD / HTTP/1.1\r\nHost: wrong-host.localhost\r\n")

"""Every nasty server: time and memory stay bounded, and the finding is right."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.wire import (
    ALERT,
    CHANGE_CIPHER,
    DATA,
    HANDSHAKE,
    HEARTBEAT,
    Talk,
    answer,
    certificate,
    der,
    message,
    record,
    server_hello,
)
from tests.making import chain
from tests.probe.peers import serving
from trustmgr.engine import Engine, InspectOptions
from trustmgr.findings import Severity
from trustmgr.probe.targets import parse_target
from trustmgr.report import Report

LEAF, MIDDLE, ROOT = chain("site.localhost")
SECONDS = 1.0
#: A second attempt has a time of its own, and a banner or verdict may take a little.
BOUND = 2 * SECONDS + 3.0


def inspect(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> Report:
    roots = tmp_path_factory.mktemp("roots") / "root.pem"
    roots.write_bytes(ROOT.pem)
    start = time.monotonic()
    with serving(talk) as port:
        options = InspectOptions(roots=(roots,), timeout=SECONDS, network=False)
        report = Engine().inspect(parse_target(f"site.localhost:{port}"), options)
    assert time.monotonic() - start < BOUND
    return report


def causes(report: Report) -> set[str]:
    return {f.cause for f in report.findings if f.severity is not Severity.NOTICE}


def endless(piece: bytes) -> Callable[[], Iterator[bytes]]:
    def forever() -> Iterator[bytes]:
        while True:
            yield piece

    return forever


def _lying(shown: bytes) -> bytes:
    """A length inside that says one more than there is."""
    return shown[:9] + bytes([shown[9] + 1]) + shown[10:]


HELLO = record(HANDSHAKE, server_hello())
SHOWN = record(HANDSHAKE, certificate(der(LEAF), der(MIDDLE)))
DONE = record(HANDSHAKE, message(14, b""))
BROKEN = {"handshake-failure"}
RESET = {"connection-reset", "handshake-failure"}

SERVERS: dict[str, tuple[Talk, set[str]]] = {
    "record too long": (answer(b"\x16\x03\x03\xff\xff" + bytes(70000)), BROKEN),
    "record without contents, endless": (
        answer(then=endless(record(HANDSHAKE, b"") * 500)),
        BROKEN | {"timeout"},
    ),
    "warnings without end": (
        answer(then=endless(record(ALERT, b"\x01\x5a") * 500)),
        BROKEN | {"timeout"},
    ),
    "hello requests without end": (
        answer(HELLO, then=endless(record(HANDSHAKE, message(0, b"")) * 500)),
        BROKEN | {"timeout"},
    ),
    "change cipher without end": (
        answer(then=endless(record(CHANGE_CIPHER, b"\x01") * 500)),
        BROKEN | {"timeout"},
    ),
    "heartbeats": (
        answer(record(HEARTBEAT, b"\x01\x40\x00" + bytes(16))),
        BROKEN | {"not-tls"},
    ),
    "data before the handshake": (answer(record(DATA, b"hello")), BROKEN),
    "a message of 16 MB announced": (
        answer(
            record(HANDSHAKE, b"\x0b\xff\xff\xff"), then=endless(record(HANDSHAKE, bytes(16384)))
        ),
        BROKEN | {"malformed-certificate"},
    ),
    "a certificate message of 16 MB": (
        answer(
            HELLO,
            record(HANDSHAKE, b"\x0b\xff\xff\xff"),
            then=endless(record(HANDSHAKE, bytes(16384))),
        ),
        {"malformed-certificate"},
    ),
    "no certificate": (answer(HELLO, record(HANDSHAKE, certificate()), DONE), BROKEN),
    "an empty certificate": (
        answer(HELLO, record(HANDSHAKE, certificate(b"")), DONE),
        {"malformed-certificate"},
    ),
    "garbage as certificate": (
        answer(HELLO, record(HANDSHAKE, certificate(b"\x30\x03\x02\x01\x05")), DONE),
        {"malformed-certificate"},
    ),
    "lengths that lie": (
        answer(HELLO, record(HANDSHAKE, _lying(certificate(der(LEAF))))),
        {"malformed-certificate"},
    ),
    "hello twice": (answer(HELLO, HELLO), BROKEN),
    "hello of SSL 3": (
        answer(record(HANDSHAKE, server_hello(version=b"\x03\x00"), b"\x03\x00")),
        {"protocol-version"},
    ),
    "hello of a version to come": (
        answer(record(HANDSHAKE, server_hello(version=b"\x03\x09"))),
        {"protocol-version", "handshake-failure"},
    ),
    "a cipher that was not offered": (answer(record(HANDSHAKE, server_hello(0x0004))), BROKEN),
    "a server hello in drops": (
        answer(*(bytes([octet]) for octet in HELLO), drip=0.2),
        {"timeout"},
    ),
    "a chain and then silence": (answer(HELLO, SHOWN), {"timeout"}),
    "a client's greeting instead": (
        answer(record(HANDSHAKE, message(1, b"\x03\x03" + bytes(40)))),
        BROKEN,
    ),
    "half a record and the end": (answer(b"\x16\x03\x03\x00\x10half"), RESET | {"timeout"}),
    "zeros": (answer(then=endless(bytes(16384))), {"not-tls"}),
}


@pytest.mark.parametrize("name", SERVERS)
def test_server(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    talk, allowed = SERVERS[name]
    report = inspect(talk, tmp_path_factory)
    assert causes(report)
    assert causes(report) <= allowed, [f.proof for f in report.findings]


@pytest.mark.parametrize("level", [1, 2, 9])
def test_every_alert(level: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever number comes, it is one of the causes of connections, and fast."""
    allowed = {
        "handshake-failure",
        "protocol-version",
        "client-certificate-required",
        "client-certificate-rejected",
        "sni-required",
        "connection-reset",
        "timeout",
    }
    for number in range(0, 256, 1 if level == 2 else 17):
        talk = answer(record(ALERT, bytes([level, number])))
        if level == 1:
            talk = closing(record(ALERT, bytes([level, number])))
        found = causes(inspect(talk, tmp_path_factory))
        assert found and found <= allowed, (level, number, found)


def closing(data: bytes) -> Talk:
    from tests.hostile.wire import greeted

    def talk(connection) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        greeted(connection)
        connection.sendall(data)

    return talk


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_memory_stays_bounded_while_a_server_floods() -> None:
    """A whole process, looking at a server that sends as fast as it can."""
    program = (
        "import sys\nfrom trustmgr.__main__ import main\n"
        "sys.argv[1:] = ['inspect', sys.argv[1], '--timeout', '2', '--no-network']\n"
        "try:\n    code = main()\nexcept SystemExit as end:\n    code = end.code\n"
        # not ru_maxrss: that begins with what the test itself holds, from before exec
        "status = open('/proc/self/status').read()\n"
        "sys.stderr.write(status.partition('VmHWM:')[2].split()[0])\n"
    )
    flood = answer(then=endless(record(CHANGE_CIPHER, b"\x01") * 5000))
    with serving(flood) as port:
        done = subprocess.run(
            [sys.executable, "-c", program, f"127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert int(done.stderr.split()[-1]) < 200_000, done.stderr  # kilobytes

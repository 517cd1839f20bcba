"""Bytes of TLS by hand: what no library sends."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives.serialization import Encoding

from tests.making import Made
from trustmgr.lab.client_hello import parse

Talk = Callable[[socket.socket], None]

HANDSHAKE, ALERT, CHANGE_CIPHER, DATA, HEARTBEAT = 22, 21, 20, 23, 24
_GREETED = 5.0  # seconds to wait for a greeting


def record(kind: int, data: bytes, version: bytes = b"\x03\x03") -> bytes:
    """One TLS record (RFC 8446 section 5.1)."""
    return bytes([kind]) + version + len(data).to_bytes(2, "big") + data


def message(kind: int, body: bytes) -> bytes:
    """One handshake message (RFC 8446 section 4)."""
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def server_hello(cipher: int = 0xC02B, version: bytes = b"\x03\x03") -> bytes:
    """A TLS 1.2 ServerHello with secure renegotiation and nothing else."""
    extensions = bytes.fromhex("ff01000100")
    body = version + bytes(range(32)) + b"\0" + cipher.to_bytes(2, "big") + b"\0"
    return message(2, body + len(extensions).to_bytes(2, "big") + extensions)


def certificate(*ders: bytes) -> bytes:
    """A TLS 1.2 Certificate message."""
    chain = b"".join(len(der).to_bytes(3, "big") + der for der in ders)
    return message(11, len(chain).to_bytes(3, "big") + chain)


def der(made: Made) -> bytes:
    return made.certificate.public_bytes(Encoding.DER)


def greeted(connection: socket.socket) -> None:
    """Read the client's greeting."""
    connection.settimeout(_GREETED)
    data = b""
    while True:
        data += connection.recv(65536)
        if not data or parse(data) is not None:
            return


def answer(
    *pieces: bytes, drip: float = 0.0, then: Callable[[], Iterator[bytes]] | None = None
) -> Talk:
    """After the greeting these pieces, then what `then` yields for as long as the client listens."""

    def talk(connection: socket.socket) -> None:
        greeted(connection)
        with contextlib.suppress(OSError):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(drip)
            for piece in then() if then else ():
                connection.sendall(piece)
            while connection.recv(65536):
                pass

    return talk

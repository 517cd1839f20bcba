"""A TLS 1.2 server's first flight without OpenSSL, for certificates that OpenSSL would not send."""

from __future__ import annotations

import secrets

from trustmgr.lab.client_hello import ClientHello
from trustmgr.lab.peer import Peer
from trustmgr.lab.tls import PROTOCOL_VERSION, fatal_alert

_SERVER_HELLO = 2
_CERTIFICATE = 11
_SERVER_HELLO_DONE = 14
_HANDSHAKE_FAILURE = 40
_RENEGOTIATION_INFO = bytes.fromhex("ff01000100")  # RFC 5746 section 3.6, empty
#: ECDHE and RSA key exchange with AES-GCM (RFC 5289, RFC 5288): every client of today has one.
_CIPHERS = (0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA9, 0xCCA8, 0x009C, 0x009D)


class PlainFlight:
    """Sends `entries` as its certificates, whatever they are, and waits for the client to refuse."""

    def __init__(self, *entries: bytes) -> None:
        self._entries = entries

    async def serve(self, peer: Peer) -> None:
        """ServerHello, Certificate, ServerHelloDone; no cryptography is reached."""
        hello = await peer.client_hello()
        if hello is None:
            await peer.finish()
            return
        cipher = next((cipher for cipher in _CIPHERS if cipher in hello.ciphers), None)
        if not hello.offers_tls_1_2:
            await peer.send(fatal_alert(PROTOCOL_VERSION))
        elif cipher is None:
            await peer.send(fatal_alert(_HANDSHAKE_FAILURE))
        else:
            await peer.send(_flight(hello, cipher, self._entries))
        await peer.finish()


def _flight(hello: ClientHello, cipher: int, entries: tuple[bytes, ...]) -> bytes:
    """The three messages (RFC 5246 section 7.4), each in a record of its own."""
    extensions = _RENEGOTIATION_INFO if hello.offers_secure_renegotiation else b""
    server_hello = (
        b"\x03\x03"
        + secrets.token_bytes(32)
        + b"\x00"  # no session to resume
        + cipher.to_bytes(2, "big")
        + b"\x00"  # no compression
        + len(extensions).to_bytes(2, "big")
        + extensions
    )
    certificates = b"".join(_vector24(entry) for entry in entries)
    return (
        _record(_SERVER_HELLO, server_hello)
        + _record(_CERTIFICATE, _vector24(certificates))
        + _record(_SERVER_HELLO_DONE, b"")
    )


def _vector24(body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + body


def _record(kind: int, body: bytes) -> bytes:
    message = bytes([kind]) + _vector24(body)
    return b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message

"""A TLS handshake as a state machine over bytes: no socket, no clock, no waiting.

Whoever drives it sends what `outgoing` gives and hands in what arrives with `receive`, from a
blocking loop or from an event loop.
"""

from __future__ import annotations

import weakref

from OpenSSL import SSL, crypto

from trustmgr.evidence import Attempt, Failure, Offer
from trustmgr.probe import offers

#: How much is kept of an answer that is no TLS.
KEPT = 512

#: Content types of TLS records, and the major version that follows (RFC 8446 section 5.1).
_RECORD_TYPES = range(20, 24)
_RECORD_MAJOR = 3

_FATAL = 2
_CLOSE_NOTIFY, _USER_CANCELED = 0, 90


class Handshake:
    """One handshake. `server_name` is sent as SNI; `alpn` offers HTTP/2 and HTTP/1.1."""

    def __init__(self, offer: Offer, server_name: str | None, *, alpn: bool = False) -> None:
        self.offer = offer
        self.sni = server_name
        self.complete = False
        self.failure: Failure | None = None
        self.failure_text = ""
        self.first_bytes = b""
        self.certificate_requested = False
        self.alert: int | None = None
        self._staple: bytes | None = None
        self._tls: SSL.Connection = SSL.Connection(offers.context(offer), None)
        self._tls.set_app_data(weakref.proxy(self))  # no circle: its buffers go when it goes
        self._tls.set_connect_state()
        self._tls.request_ocsp()
        if server_name:
            self._tls.set_tlsext_host_name(server_name.encode("ascii"))
        if alpn:
            self._tls.set_alpn_protos([b"h2", b"http/1.1"])
        self._advance()

    @property
    def over(self) -> bool:
        """Whether the handshake was completed or failed."""
        return self.complete or self.failure is not None

    @property
    def answered(self) -> bool:
        """Whether the peer has sent anything."""
        return bool(self.first_bytes)

    @property
    def awaits_verdict(self) -> bool:
        """Whether the peer asked for a client certificate and may still refuse to go on without one.

        In TLS 1.3 that refusal, an alert, comes after the client thinks the handshake complete.
        """
        return (
            self.certificate_requested
            and self.failure is None
            and self._tls.get_protocol_version() >= SSL.TLS1_3_VERSION
        )

    def outgoing(self) -> bytes:
        """Bytes to send now; empty when there are none."""
        pieces = []
        while True:
            try:
                pieces.append(self._tls.bio_read(65536))
            except SSL.WantReadError:
                return b"".join(pieces)

    def receive(self, data: bytes) -> None:
        """Take in what arrived; empty means that the peer closed."""
        if len(self.first_bytes) < KEPT:
            self.first_bytes += data[: KEPT - len(self.first_bytes)]
        if self.first_bytes and not _is_tls(self.first_bytes):
            self.failure = Failure.PLAINTEXT
            self.failure_text = "the answer is no TLS record"
            return
        if data:
            self._tls.bio_write(data)
        else:
            self._tls.bio_shutdown()
        if self.complete:
            self._read()
        else:
            self._advance()

    def say(self, data: bytes) -> None:
        """Application data for `outgoing`; only after a complete handshake."""
        self._tls.sendall(data)

    def hear(self, data: bytes) -> bytes:
        """The application data in what arrived; only after a complete handshake."""
        if data:
            self._tls.bio_write(data)
        pieces = []
        while True:
            try:
                pieces.append(self._tls.recv(65536))
            except SSL.Error:  # nothing more for now, or the peer is done
                return b"".join(pieces)

    def fail(self, failure: Failure, words: str) -> None:
        """The transport ended it."""
        self.failure, self.failure_text = failure, words

    def seen(self, address: str, port: int, proxy: str = "") -> Attempt:
        """Everything observed, for the evidence."""
        versions_known = self.complete or bool(self._chain())
        return Attempt(
            address=address,
            port=port,
            offer=self.offer,
            sni=self.sni,
            tls_version=self._tls.get_protocol_version_name() if versions_known else None,
            cipher=self._tls.get_cipher_name(),
            alpn=self._tls.get_alpn_proto_negotiated().decode("ascii", "replace") or None,
            sent=self._chain(),
            stapled_ocsp=self._staple,
            client_certificate_requested=self.certificate_requested,
            alert=self.alert,
            failure=self.failure,
            failure_text=self.failure_text,
            first_bytes=self.first_bytes if self.failure is Failure.PLAINTEXT else b"",
            proxy=proxy,
        )

    # -- called by the library ---------------------------------------------------------------

    def told(self, where: int, value: int, state: bytes) -> None:
        """The library tells of a state or an alert."""
        if where & SSL.SSL_CB_READ_ALERT == SSL.SSL_CB_READ_ALERT:
            level, number = value >> 8, value & 0xFF
            if level == _FATAL and number not in (_CLOSE_NOTIFY, _USER_CANCELED):
                self.alert = number
        elif b"certificate request" in state:
            self.certificate_requested = True

    def stapled(self, response: bytes) -> None:
        """The library hands over the stapled OCSP response, empty when there is none."""
        self._staple = response or None

    # -- inside ------------------------------------------------------------------------------

    def _advance(self) -> None:
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.SysCallError as error:
            self._closed(str(error.args[-1]))
        except SSL.Error as error:
            self._broken(error)
        else:
            self.complete = True

    def _read(self) -> None:
        """Process what follows the handshake: tickets, or an alert."""
        try:
            self._tls.recv(1)
        except (SSL.WantReadError, SSL.ZeroReturnError):
            return
        except SSL.SysCallError as error:
            self._closed(str(error.args[-1]))
        except SSL.Error as error:
            self._broken(error)

    def _closed(self, words: str) -> None:
        if not self.complete:  # after the handshake, a close says nothing
            self.fail(Failure.CLOSED, words.lower() if self.answered else "closed without a byte")

    def _broken(self, error: SSL.Error) -> None:
        entries = error.args[0] if error.args and isinstance(error.args[0], list) else []
        words = "; ".join(str(entry[-1]) for entry in entries if entry[-1]) or str(error)
        self.fail(_classify(entries, self.alert), words)

    def _chain(self) -> tuple[bytes, ...]:
        chain = self._tls.get_peer_cert_chain() or []
        return tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, one) for one in chain)


def _is_tls(data: bytes) -> bool:
    return data[0] in _RECORD_TYPES and data[1:2] in (b"", bytes([_RECORD_MAJOR]))


#: OpenSSL's reasons, in the order in which they are looked for.
_REASONS = (
    ("excessive message size", Failure.TOO_BIG),
    ("unsupported protocol", Failure.NO_SHARED_PROTOCOL),
    ("wrong version number", Failure.NO_SHARED_PROTOCOL),
    ("wrong ssl version", Failure.NO_SHARED_PROTOCOL),
    ("certificate length mismatch", Failure.MALFORMED_CERTIFICATE),
    ("cert length mismatch", Failure.MALFORMED_CERTIFICATE),  # OpenSSL 4
    ("bad certificate", Failure.MALFORMED_CERTIFICATE),
)
_CERTIFICATE_LIBRARIES = ("asn1", "x509", "pem")


def _classify(entries: list[tuple[str, str, str]], alert: int | None) -> Failure:
    if alert is not None:
        return Failure.ALERT
    for _, _, reason in entries:
        for part, failure in _REASONS:
            if part in reason:
                return failure
    if any(library.startswith(_CERTIFICATE_LIBRARIES) for library, _, _ in entries):
        return Failure.MALFORMED_CERTIFICATE
    return Failure.PROTOCOL

"""TLS for asyncio with pyOpenSSL and memory BIOs: old versions, old ciphers and staples included."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from OpenSSL import SSL

from trustmgr.lab.peer import Peer

if TYPE_CHECKING:
    from cryptography import x509

    from trustmgr.lab.pki import Identity

T = TypeVar("T")

#: Bytes that a client may send before the handshake is done.
MAX_HANDSHAKE = 256 * 1024
_HTTP = b"http/1.1"  # its ALPN name

# Alert descriptions, RFC 8446 section 6.
PROTOCOL_VERSION = 70
UNRECOGNIZED_NAME = 112


class TlsFailed(OSError):
    """The client went away, said no, or offered nothing that fits; in the handshake or later."""


def fatal_alert(description: int) -> bytes:
    """A plaintext record with a fatal alert (RFC 8446 section 6.2)."""
    return bytes([21, 3, 3, 0, 2, 2, description])


@dataclass(frozen=True)
class Settings:
    """What a server's TLS is like, apart from its certificate.

    `versions`: lowest and highest, as constants of pyOpenSSL. `ciphers`: OpenSSL's cipher list for
    TLS 1.2 and older. `staple` makes the OCSP answer for each handshake. `visitors`: the CA whose
    client certificates are required.
    """

    versions: tuple[int, int] = (SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION)
    ciphers: str = "ALL"
    staple: Callable[[], bytes] | None = None
    visitors: x509.Certificate | None = None


class Server:
    """An identity with settings, from which each connection's TLS is made. Loaded at first use."""

    def __init__(self, identity: Identity, settings: Settings | None = None) -> None:
        self._identity = identity
        self._settings = settings or Settings()

    @cached_property
    def context(self) -> SSL.Context:
        """The OpenSSL context."""
        settings = self._settings
        context = SSL.Context(SSL.TLS_METHOD)
        # Level 0 first: it lets OpenSSL load RSA 1024 and SHA-1 certificates, and speak TLS 1.0.
        context.set_cipher_list(f"{settings.ciphers}:@SECLEVEL=0".encode())
        context.set_min_proto_version(settings.versions[0])
        context.set_max_proto_version(settings.versions[1])
        # Every connection shows its certificates: nothing is resumed.
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_options(SSL.OP_NO_TICKET)
        leaf, *others = self._identity.sent
        context.use_certificate(leaf)
        for certificate in others:
            context.add_extra_chain_cert(certificate)
        context.use_privatekey(self._identity.key)
        context.set_alpn_select_callback(
            lambda _connection, offered: _HTTP if _HTTP in offered else SSL.NO_OVERLAPPING_PROTOCOLS
        )
        self._add_staple(context)
        self._add_visitors(context)
        return context

    def _add_staple(self, context: SSL.Context) -> None:
        staple = self._settings.staple
        if staple is not None:
            context.set_ocsp_server_callback(lambda _connection, _data: staple())

    def _add_visitors(self, context: SSL.Context) -> None:
        visitors = self._settings.visitors
        if visitors is None:
            return
        from OpenSSL.crypto import X509

        store = context.get_cert_store()
        if store is not None:
            store.add_cert(X509.from_cryptography(visitors))
        context.add_client_ca(visitors)
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)

    async def accept(self, peer: Peer) -> TlsStream:
        """The handshake. Raises `TlsFailed` after having sent the alert, if there is one."""
        connection = SSL.Connection(self.context, None)
        connection.set_accept_state()
        stream = TlsStream(peer, connection)
        await stream.handshake()
        return stream


class TlsStream:
    """The inside of a TLS connection."""

    def __init__(self, peer: Peer, connection: SSL.Connection) -> None:
        self._peer = peer
        self._connection = connection
        self._received = 0

    async def handshake(self) -> None:
        """Shake hands as the server."""
        try:
            await self._drive(self._connection.do_handshake, limit=MAX_HANDSHAKE)
        except SSL.ZeroReturnError as error:
            raise TlsFailed("the client said goodbye in the handshake") from error

    async def receive(self) -> bytes:
        """The next bytes; empty at an orderly end. Raises `TlsFailed`."""
        try:
            return await self._drive(lambda: self._connection.recv(1 << 14))
        except SSL.ZeroReturnError:
            return b""

    async def send(self, data: bytes) -> None:
        """Write all of it. Raises `TlsFailed`."""
        try:
            self._connection.sendall(data)  # a memory BIO takes everything at once
        except SSL.Error as error:
            raise TlsFailed(str(error)) from error
        await self._flush()

    async def finish(self) -> None:
        """Say goodbye (close_notify) and end the connection in order."""
        with suppress(SSL.Error):  # the other side may have broken off; then there is no goodbye
            self._connection.shutdown()
        await self._flush()
        await self._peer.finish()

    async def _drive(self, operation: Callable[[], T], limit: int | None = None) -> T:
        """Repeat `operation` with more bytes until it needs none."""
        while True:
            try:
                result = operation()
            except SSL.WantReadError:
                await self._flush()
                await self._feed(limit)
            except SSL.ZeroReturnError:
                raise
            except SSL.Error as error:
                await self._flush()  # the alert that says why
                raise TlsFailed(str(error)) from error
            else:
                await self._flush()
                return result

    async def _feed(self, limit: int | None) -> None:
        data = await self._peer.receive()
        self._received += len(data)
        if not data:
            raise TlsFailed("the client went away")
        if limit is not None and self._received > limit:
            raise TlsFailed("the client says too much")
        self._connection.bio_write(data)

    async def _flush(self) -> None:
        while True:
            try:
                data = self._connection.bio_read(1 << 16)
            except SSL.WantReadError:
                return
            await self._peer.send(data)

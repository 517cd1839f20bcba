"""The log-in page of a network, which answers in every site's place until its users have logged in."""

from __future__ import annotations

from trustmgr.lab import http
from trustmgr.lab.peer import Peer
from trustmgr.lab.pki import Identity
from trustmgr.lab.tls import Server, TlsFailed

#: Where it sends everybody.
LOGIN = "https://login.guest-network.localhost/portal/login"


class TlsPortal:
    """Shows its own certificate to whoever asks for a site, and redirects to its log-in page."""

    def __init__(self, identity: Identity) -> None:
        self._server = Server(identity, None)

    async def serve(self, peer: Peer) -> None:
        """Handshake, redirection, end."""
        try:
            stream = await self._server.accept(peer)
        except TlsFailed:
            await peer.finish()
            return
        try:
            if await http.read_request(stream.receive) is not None:
                await stream.send(http.redirection(LOGIN).encode())
        except (http.BadRequest, TlsFailed):
            return
        await stream.finish()


class PlainPortal:
    """Answers in plain text where TLS is expected: 511, which exists for this (RFC 6585 section 6)."""

    async def serve(self, peer: Peer) -> None:
        """Status 511 to anything."""
        if await peer.receive():
            answer = http.Response(511, "text/plain", b"Log in to this network first.\n")
            await peer.send(answer.encode())
        await peer.finish()

"""A web site over TLS: a handshake, one request, one small page."""

from __future__ import annotations

from trustmgr.lab import http
from trustmgr.lab.peer import Peer
from trustmgr.lab.pki import Identity
from trustmgr.lab.tls import (
    UNRECOGNIZED_NAME,
    Server,
    Settings,
    TlsFailed,
    TlsStream,
    fatal_alert,
)


class WebSite:
    """Shows `identity` to everybody and a page to those who accept it."""

    def __init__(self, host: str, identity: Identity, settings: Settings | None = None) -> None:
        self._host = host
        self._server = Server(identity, settings)

    async def serve(self, peer: Peer) -> None:
        """Handshake, page, end."""
        try:
            stream = await self._server.accept(peer)
        except TlsFailed:
            await peer.finish()  # the alert was sent; let it arrive
            return
        await serve_page(stream, self._host)


class NamedWebSite:
    """Answers only to its own name, as servers of many sites do."""

    def __init__(self, host: str, identity: Identity) -> None:
        self._host = host
        self._site = WebSite(host, identity)

    async def serve(self, peer: Peer) -> None:
        """The alert unrecognized_name (RFC 6066 section 3) for other names and for none."""
        hello = await peer.client_hello()
        if hello is not None and hello.server_name != self._host:
            await peer.send(fatal_alert(UNRECOGNIZED_NAME))
            await peer.finish()
            return
        await self._site.serve(peer)


async def serve_page(stream: TlsStream, host: str) -> None:
    """One request, one page, and goodbye."""
    try:
        request = await http.read_request(stream.receive)
    except http.BadRequest as error:
        await stream.send(http.bad_request(f"Bad request: {error}.").encode())
    except TlsFailed:
        return  # the client looked at the certificate and left: refused it, or had seen enough
    else:
        if request is not None:
            answer = http.page(f"Lab site {host}", "If you can read this, the site was accepted.")
            await stream.send(answer.encode(head_only=request.method == "HEAD"))
    await stream.finish()

"""Sites that never come to a handshake."""

from __future__ import annotations

from trustmgr.lab import http
from trustmgr.lab.peer import Peer

#: Seconds after which even the silent site lets go: longer than any client waits.
_LONG = 900.0


class Silent:
    """Takes the connection and never says a byte."""

    async def serve(self, peer: Peer) -> None:
        """Listen until the client gives up."""
        await peer.discard(_LONG)


class Resetting:
    """Breaks the connection off with a TCP reset when greeted, as some firewalls do."""

    async def serve(self, peer: Peer) -> None:
        """The greeting, then the reset."""
        await peer.client_hello()
        peer.reset()


class Closing:
    """Ends the connection in order, without a byte, when greeted."""

    async def serve(self, peer: Peer) -> None:
        """The greeting, then the end."""
        await peer.client_hello()
        await peer.finish()


class PlainHttp:
    """A web server without TLS, on a port where TLS is expected."""

    async def serve(self, peer: Peer) -> None:
        """Status 400 to anything."""
        if await peer.receive():
            await peer.send(http.bad_request("This port speaks plain HTTP.").encode())
        await peer.finish()

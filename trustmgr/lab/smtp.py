"""A mail server that begins in plain text and changes to TLS when asked (RFC 5321, RFC 3207)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from trustmgr.lab.peer import Peer
from trustmgr.lab.pki import Identity
from trustmgr.lab.tls import Server, TlsFailed

#: Commands in one connection, before and after STARTTLS each.
MAX_COMMANDS = 50
_LONGEST = 1024

Send = Callable[[bytes], Awaitable[None]]


class MailServer:
    """Speaks first, as SMTP servers do; takes no mail."""

    def __init__(self, host: str, identity: Identity) -> None:
        self._host = host
        self._server = Server(identity)

    async def serve(self, peer: Peer) -> None:
        """Greeting, commands, and the same again inside TLS."""
        await peer.send(f"220 {self._host} ESMTP Trust Manager Lab\r\n".encode())
        if not await self._talk(_Lines(peer.receive).next, peer.send, secure=False):
            await peer.finish()
            return
        try:
            stream = await self._server.accept(peer)
        except TlsFailed:
            await peer.finish()
            return
        await self._talk(_Lines(stream.receive).next, stream.send, secure=True)
        await stream.finish()

    async def _talk(
        self, next_line: Callable[[], Awaitable[bytes]], send: Send, *, secure: bool
    ) -> bool:
        """Answer commands until the end; True when TLS is to begin."""
        for _ in range(MAX_COMMANDS):
            line = await next_line()
            if not line.endswith(b"\n"):
                return False
            verb = line.strip().split(b" ", 1)[0].upper()
            if verb == b"STARTTLS" and not secure:
                await send(b"220 2.0.0 Ready to start TLS\r\n")
                return True
            await send(self._answer(verb, secure=secure))
            if verb == b"QUIT":
                return False
        return False

    def _answer(self, verb: bytes, *, secure: bool) -> bytes:
        host = self._host.encode()
        answers = {
            b"EHLO": b"250-"
            + host
            + (b"" if secure else b"\r\n250-STARTTLS")
            + b"\r\n250 8BITMIME",
            b"HELO": b"250 " + host,
            b"NOOP": b"250 2.0.0 OK",
            b"RSET": b"250 2.0.0 OK",
            b"QUIT": b"221 2.0.0 Bye",
            b"MAIL": b"550 5.7.1 This is a lab and takes no mail"
            if secure
            else b"530 5.7.0 Must issue a STARTTLS command first",
        }
        return answers.get(verb, b"500 5.5.2 Error: command not recognized") + b"\r\n"


class _Lines:
    """Lines out of a stream of bytes. What follows STARTTLS in plain text is forgotten with the object
    that holds it, as RFC 3207 section 4.2 demands."""

    def __init__(self, receive: Callable[[], Awaitable[bytes]]) -> None:
        self._receive = receive
        self._left = b""

    async def next(self) -> bytes:
        """One line with its end; what came when it ends early or is too long."""
        while b"\n" not in self._left and len(self._left) <= _LONGEST:
            more = await self._receive()
            if not more:
                break
            self._left += more
        end = self._left.find(b"\n") + 1 or len(self._left)
        line, self._left = self._left[:end], self._left[end:]
        return line

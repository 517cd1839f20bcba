"""Servers that begin in plain text and change to TLS when asked: the server's part of that beginning.

Each is a coroutine over a `Conversation` that returns whether TLS is to begin. SMTP, which people
also talk to by hand, has a server of its own in `trustmgr.lab.smtp`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from trustmgr.lab.peer import Peer
from trustmgr.lab.pki import Identity
from trustmgr.lab.tls import Server, TlsFailed

_LONGEST = 4096
_XMPP_TLS = b"urn:ietf:params:xml:ns:xmpp-tls"
#: Protocol 10, "8.0", thread, salt, capabilities with CLIENT_SSL (MySQL manual, "Protocol::HandshakeV10").
_MYSQL_GREETING = (
    (b"\x0a8.0.0-lab\0" + bytes(4) + b"saltsalt\0" + b"\xff\xff\x21\x02\0\xff\xc1\x15" + bytes(10))
    + b"salt" * 3
    + b"\0mysql_native_password\0"
)
_MYSQL_SSL_REQUEST = 32  # bytes behind the packet's header


class Conversation:
    """Bounded pieces out of a peer's bytes. Raises ``EOFError`` when they end or are too many."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._left = b""

    async def send(self, data: bytes) -> None:
        """All of it."""
        await self._peer.send(data)

    async def until(self, mark: bytes) -> bytes:
        """Everything up to and including `mark`."""
        while mark not in self._left:
            await self._more()
        head, _, self._left = self._left.partition(mark)
        return head + mark

    async def exactly(self, count: int) -> bytes:
        """So many bytes."""
        while len(self._left) < count:
            await self._more()
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def give_back(self) -> None:
        """What came too early is TLS already. Only for protocols whose client does not wait for
        consent; for all others it is forgotten, lest it be taken for something said inside."""
        self._peer.put_back(self._left)
        self._left = b""

    async def _more(self) -> None:
        more = await self._peer.receive()
        if not more or len(self._left) > _LONGEST:
            raise EOFError
        self._left += more


Beginning = Callable[[Conversation], Awaitable[bool]]


class UpgradingServer:
    """Serves one protocol's beginning, and behind it TLS in which nothing is said."""

    def __init__(self, beginning: Beginning, identity: Identity) -> None:
        self._beginning = beginning
        self._server = Server(identity)

    async def serve(self, peer: Peer) -> None:
        """One connection."""
        if await self._beginning(Conversation(peer)):
            try:
                stream = await self._server.accept(peer)
            except TlsFailed:
                await peer.finish()
                return
            await stream.finish()
        else:
            await peer.finish()


async def imap(talk: Conversation) -> bool:
    """RFC 9051 section 6.2.1."""
    await talk.send(b"* OK [CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED] Trust Manager Lab\r\n")
    while True:
        tag, _, verb = (await talk.until(b"\n")).strip().partition(b" ")
        if verb.upper() == b"STARTTLS":
            await talk.send(tag + b" OK Begin TLS negotiation now\r\n")
            return True
        if verb.upper() == b"LOGOUT":
            await talk.send(b"* BYE\r\n" + tag + b" OK\r\n")
            return False
        await talk.send(tag + b" BAD only STARTTLS here\r\n")


async def pop3(talk: Conversation) -> bool:
    """RFC 2595 section 4."""
    await talk.send(b"+OK Trust Manager Lab\r\n")
    return await _asked(talk, b"STLS", b"+OK Begin TLS negotiation", b"-ERR only STLS here")


async def ftp(talk: Conversation) -> bool:
    """RFC 4217 section 4."""
    await talk.send(b"220 Trust Manager Lab\r\n")
    return await _asked(talk, b"AUTH TLS", b"234 AUTH TLS OK", b"530 only AUTH TLS here")


async def ldap(talk: Conversation) -> bool:
    """RFC 4511 section 4.14: an ExtendedResponse with resultCode 0; anything else ends it."""
    tag, size = await talk.exactly(2)
    if tag != 0x30 or size >= 0x80 or b"1.3.6.1.4.1.1466.20037" not in await talk.exactly(size):
        return False
    await talk.send(bytes.fromhex("300c02010178070a010004000400"))
    return True


async def postgres(talk: Conversation) -> bool:
    """PostgreSQL manual, "SSL Session Encryption"; a message of another length ends it."""
    if await talk.exactly(8) != bytes.fromhex("0000000804d2162f"):
        return False
    await talk.send(b"S")
    return True


async def mysql(talk: Conversation) -> bool:
    """MySQL manual, "Protocol::SSLRequest": there is no answer but the handshake."""
    await talk.send(len(_MYSQL_GREETING).to_bytes(3, "little") + b"\0" + _MYSQL_GREETING)
    size = int.from_bytes((await talk.exactly(4))[:3], "little")
    if size != _MYSQL_SSL_REQUEST:
        return False
    await talk.exactly(size)
    talk.give_back()
    return True


async def xmpp(talk: Conversation) -> bool:
    """RFC 6120 section 5; what is no XML gets an error."""
    if (await talk.exactly(1)) != b"<":
        await talk.send(b"<stream:error><not-well-formed/></stream:error></stream:stream>")
        return False
    await talk.until(b"to=")
    await talk.until(b">")
    features = b"<stream:features><starttls xmlns='" + _XMPP_TLS + b"'/></stream:features>"
    await talk.send(b"<?xml version='1.0'?><stream:stream id='lab' version='1.0'>" + features)
    if _XMPP_TLS not in await talk.until(b">"):
        return False
    await talk.send(b"<proceed xmlns='" + _XMPP_TLS + b"'/>")
    return True


async def _asked(talk: Conversation, wanted: bytes, yes: bytes, no: bytes) -> bool:
    while True:
        line = (await talk.until(b"\n")).strip().upper()
        if line == b"QUIT":
            return False
        await talk.send((yes if line == wanted else no) + b"\r\n")
        if line == wanted:
            return True

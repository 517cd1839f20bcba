"""One accepted connection: bounded reading with a look ahead, and the ways to end it."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

from trustmgr.lab.client_hello import MAX_BYTES, ClientHello, NotAClientHello, parse

#: Seconds for a greeting, a handshake or a request.
PATIENCE = 20.0
#: Seconds to wait for the other side's end after saying everything.
FAREWELL = 2.0
#: Pieces that a greeting may come in: a limit on the work that a trickle of bytes can cause.
MAX_PIECES = 1024
#: struct linger, on and zero seconds: two ints, on Windows two unsigned shorts (winsock2.h).
_NO_LINGER = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)


class Peer:
    """Reads and writes plain bytes. What the other side says arrives `latency` in seconds late."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, latency: float = 0.0
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._latency = latency
        self._ahead = b""

    async def receive(self) -> bytes:
        """The next bytes, at most 16 KiB of them; empty at the end. Raises `TimeoutError`."""
        if self._ahead:
            taken, self._ahead = self._ahead, b""
            return taken
        async with asyncio.timeout(PATIENCE):
            return await self._read()

    async def _read(self) -> bytes:
        data = await self._reader.read(1 << 14)
        if self._latency and data:
            await asyncio.sleep(self._latency)
        return data

    def put_back(self, data: bytes) -> None:
        """Received bytes that belong to what comes next."""
        self._ahead = data + self._ahead

    async def look_ahead(self) -> bytes:
        """Everything read and not yet received, with more added; empty at the end."""
        async with asyncio.timeout(PATIENCE):
            more = await self._read()
        self._ahead += more
        return self._ahead if more else b""

    async def first_bytes(self) -> bytes:
        """What the client says first, without receiving it."""
        return self._ahead or await self.look_ahead()

    async def client_hello(self) -> ClientHello | None:
        """The client's greeting, without receiving it; None when it is none."""
        data = await self.first_bytes()
        for _ in range(MAX_PIECES):
            if not data or len(data) > MAX_BYTES:
                return None
            try:
                found = parse(data)
            except NotAClientHello:
                return None
            if found is not None:
                return found
            data = await self.look_ahead()
        return None

    async def send(self, data: bytes) -> None:
        """Write all of it. Raises `TimeoutError` when the other side does not read."""
        self._writer.write(data)
        async with asyncio.timeout(PATIENCE):
            await self._writer.drain()

    async def discard(self, seconds: float) -> None:
        """Read and forget until the other side ends, at most so many seconds."""
        self._ahead = b""
        try:
            async with asyncio.timeout(seconds):
                while await self._reader.read(1 << 16):
                    pass
        except TimeoutError:
            pass

    async def finish(self) -> None:
        """An orderly end. What the client still sends is read, because closing a socket with unread
        bytes sends a reset, which can overtake the last words (RFC 1122 section 4.2.2.13)."""
        if self._writer.can_write_eof():
            self._writer.write_eof()
        await self.discard(FAREWELL)

    def reset(self) -> None:
        """End with a TCP reset: closing with a linger time of zero sends one."""
        self._writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER
        )
        self.abort()

    def abort(self) -> None:
        """Give the socket back at once, whatever state it is in."""
        self._writer.transport.abort()

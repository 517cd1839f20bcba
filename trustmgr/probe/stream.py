"""One TCP connection with a deadline: every wait is bounded and can be cancelled."""

from __future__ import annotations

import errno
import os
import selectors
import socket

from trustmgr.evidence import Failure
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.waits import Ready

_CHUNK = 65536
_IN_PROGRESS = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN, errno.EALREADY}
_BEFORE_CONNECTED = {
    errno.ECONNREFUSED: Failure.REFUSED,
    errno.ECONNRESET: Failure.RESET,
    errno.ETIMEDOUT: Failure.CONNECT_TIMEOUT,
}


class ConnectionFailed(Exception):
    """How a connection ended: an observation for the evidence, with the system's own words."""

    def __init__(self, failure: Failure, words: str, first_bytes: bytes = b"") -> None:
        super().__init__(words)
        self.failure = failure
        self.words = words
        self.first_bytes = first_bytes


class Stream:
    """A connected, non-blocking socket. Use as a context manager; not shared between threads."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.deadline = deadline
        self._socket = sock
        self._pending = b""

    @classmethod
    async def open(
        cls, address: str, port: int, deadline: Deadline, patience: float | None = None
    ) -> Stream:
        """Connect to a numeric address, within `patience` in seconds if it is given.

        Raises `ConnectionFailed` and `Cancelled`.
        """
        try:
            family, kind, protocol, _, place = socket.getaddrinfo(
                address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )[0]
            sock = socket.socket(family, kind, protocol)
        except OSError as error:
            raise ConnectionFailed(Failure.UNREACHABLE, _words(error)) from error
        sock.setblocking(False)
        stream = cls(sock, deadline)
        try:
            await stream._connect(place, stream._until(patience))
        except BaseException:
            stream.close()
            raise
        return stream

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; harmless when done twice."""
        self._socket.close()

    async def send(self, data: bytes) -> None:
        """Send everything. Raises `ConnectionFailed` (reset or timeout)."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except (BlockingIOError, InterruptedError):
                await self._wait(selectors.EVENT_WRITE, self.deadline)
            except OSError as error:
                raise ConnectionFailed(Failure.RESET, _words(error)) from error

    async def receive(self, patience: float | None = None) -> bytes:
        """The next bytes; empty at the orderly end.

        Raises `ConnectionFailed` on a reset and when the deadline, or `patience` in seconds, is over.
        """
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        until = self._until(patience)
        while True:
            # waiting comes first: a peer that floods neither outlasts the deadline nor keeps others
            # from their turn
            await self._wait(selectors.EVENT_READ, until)
            try:
                return self._socket.recv(_CHUNK)
            except (BlockingIOError, InterruptedError):
                continue
            except OSError as error:
                raise ConnectionFailed(Failure.RESET, _words(error)) from error

    async def read_exactly(self, count: int) -> bytes:
        """`count` bytes. Raises `ConnectionFailed` when the peer closes before."""
        data, self._pending = self._pending, b""
        while len(data) < count:
            more = await self.receive()
            if not more:
                raise ConnectionFailed(Failure.CLOSED, "closed in the middle of an answer", data)
            data += more
        self._pending = data[count:]
        return data[:count]

    async def read_until(self, mark: bytes, limit: int) -> bytes:
        """Everything up to and including `mark`.

        Raises `ConnectionFailed` when the peer closes first or sends more than `limit` bytes.
        """
        data = b""
        while mark not in data:
            more = await self.receive() if len(data) <= limit else b""
            if not more:
                words = "closed in the middle of an answer" if data else "closed without a word"
                raise ConnectionFailed(Failure.CLOSED, words, data[:512])
            data += more
        head, _, self._pending = data.partition(mark)
        return head + mark

    @property
    def unread(self) -> bytes:
        """Bytes that arrived but were not asked for yet."""
        return self._pending

    def _until(self, patience: float | None) -> Deadline:
        return self.deadline if patience is None else self.deadline.within(patience)

    async def _connect(self, place: tuple[object, ...], until: Deadline) -> None:
        code = self._socket.connect_ex(place)
        if code in _IN_PROGRESS:
            try:
                await self._wait(selectors.EVENT_WRITE, until)
            except ConnectionFailed as late:
                raise ConnectionFailed(Failure.CONNECT_TIMEOUT, "no answer in time") from late
            code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            failure = _BEFORE_CONNECTED.get(code, Failure.UNREACHABLE)
            raise ConnectionFailed(failure, os.strerror(code))

    async def _wait(self, event: int, until: Deadline) -> None:
        if until.expired or not await Ready(self._socket, event, until):
            raise ConnectionFailed(Failure.HANDSHAKE_TIMEOUT, "no answer in time")


def _words(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__

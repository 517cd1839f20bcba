"""Reading a ClientHello, as far as the lab needs it (RFC 8446 section 4.1.2), and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

#: More than any client sends, post-quantum key shares included.
MAX_BYTES = 64 * 1024

_HANDSHAKE_RECORD = 22
_CLIENT_HELLO = 1
_SERVER_NAME = 0
_SUPPORTED_VERSIONS = 43
_RENEGOTIATION_INFO = 0xFF01
_RENEGOTIATION_SCSV = 0x00FF
_TLS_1_2 = 0x0303


class NotAClientHello(ValueError):
    """The bytes cannot become a ClientHello, however many follow."""


@dataclass(frozen=True)
class ClientHello:
    """What the client offers; `server_name` is lower case and None when absent or no host name."""

    server_name: str | None = None
    ciphers: tuple[int, ...] = ()
    extensions: dict[int, bytes] = field(default_factory=dict)
    version: int = _TLS_1_2

    @property
    def offers_tls_1_2(self) -> bool:
        """Whether TLS 1.2 may be chosen."""
        versions = self.extensions.get(_SUPPORTED_VERSIONS)
        if versions is None:
            return self.version >= _TLS_1_2
        pairs = zip(versions[1::2], versions[2::2], strict=False)
        return any((high << 8) + low == _TLS_1_2 for high, low in pairs)

    @property
    def offers_secure_renegotiation(self) -> bool:
        """Whether an answer has to carry renegotiation_info (RFC 5746 section 3.6)."""
        return _RENEGOTIATION_INFO in self.extensions or _RENEGOTIATION_SCSV in self.ciphers


class _Reader:
    """Walks over bytes; running past the end raises `NotAClientHello`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._data):
            raise NotAClientHello("a field is longer than what holds it")
        taken, self._at = self._data[self._at : end], end
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        return self.take(self.number(size))

    @property
    def empty(self) -> bool:
        return self._at >= len(self._data)


def parse(data: bytes) -> ClientHello | None:
    """The ClientHello at the start of `data`, or None while more bytes are needed.

    Raises `NotAClientHello` when no further bytes could help.
    """
    body = _handshake_body(data)
    if body is None:
        return None
    reader = _Reader(body)
    version = reader.number(2)
    reader.take(32)  # random
    reader.vector(1)  # session id
    suites = reader.vector(2)
    reader.vector(1)  # compression methods
    extensions = {} if reader.empty else _extensions(reader.vector(2))
    return ClientHello(
        server_name=_server_name(extensions.get(_SERVER_NAME, b"")),
        ciphers=tuple(int.from_bytes(suites[i : i + 2], "big") for i in range(0, len(suites), 2)),
        extensions=extensions,
        version=version,
    )


def _handshake_body(data: bytes) -> bytes | None:
    """The message's body, put together from its records (RFC 8446 section 5.1)."""
    message, at = b"", 0
    while True:
        if len(message) >= 4:
            if message[0] != _CLIENT_HELLO:
                raise NotAClientHello("another message")
            length = int.from_bytes(message[1:4], "big")
            if length > MAX_BYTES:
                raise NotAClientHello("too long")
            if len(message) >= 4 + length:
                return message[4 : 4 + length]
        header = data[at : at + 5]
        if header[:1] not in (b"", bytes([_HANDSHAKE_RECORD])) or header[1:2] not in (b"", b"\x03"):
            raise NotAClientHello("no TLS record")
        if len(header) < 5:
            return None
        size = int.from_bytes(header[3:5], "big")
        if not 0 < size <= 1 << 14:
            raise NotAClientHello("a record of a forbidden length")
        fragment = data[at + 5 : at + 5 + size]
        if len(fragment) < size:
            return None
        message += fragment
        at += 5 + size


def _extensions(block: bytes) -> dict[int, bytes]:
    reader, found = _Reader(block), dict[int, bytes]()
    while not reader.empty:
        kind = reader.number(2)
        found[kind] = reader.vector(2)
    return found


def _server_name(extension: bytes) -> str | None:
    """The host name of server_name (RFC 6066 section 3)."""
    if not extension:
        return None
    names = _Reader(_Reader(extension).vector(2))
    while not names.empty:
        kind, name = names.number(1), names.vector(2)
        if kind == 0 and 0 < len(name) <= 253 and name.isascii():
            return name.decode("ascii").lower().rstrip(".")
    return None

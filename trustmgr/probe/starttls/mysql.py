"""MySQL and MariaDB: SSLRequest (MySQL internals manual, "Connection Phase Packets")."""

from __future__ import annotations

from trustmgr.probe.starttls import refused
from trustmgr.probe.stream import Stream

PORT = 3306
_VERSION_10 = 10
_LONGEST = 4096  # bytes in a greeting
_CLIENT_SSL = 0x0800
#: CLIENT_PROTOCOL_41, CLIENT_SSL and CLIENT_SECURE_CONNECTION; a packet of 1 MB; utf8; 23 zeros.
_SSL_REQUEST = (
    (0x0200 | _CLIENT_SSL | 0x8000).to_bytes(4, "little")
    + (1 << 20).to_bytes(4, "little")
    + bytes([33])
    + bytes(23)
)


async def upgrade(stream: Stream, host: str) -> None:
    """Read the greeting, see whether it knows TLS, and ask."""
    length = int.from_bytes((await stream.read_exactly(4))[:3], "little")
    if not 0 < length <= _LONGEST:
        raise refused(b"not a MySQL greeting")
    greeting = await stream.read_exactly(length)
    version, _, rest = greeting[1:].partition(b"\0")
    if greeting[0] != _VERSION_10:
        raise refused(greeting)
    # thread id (4), first half of the salt (8), filler (1), then the lower capabilities
    if not int.from_bytes(rest[13:15], "little") & _CLIENT_SSL:
        raise refused(b"MySQL " + version + b" without TLS")
    await stream.send(len(_SSL_REQUEST).to_bytes(3, "little") + b"\x01" + _SSL_REQUEST)

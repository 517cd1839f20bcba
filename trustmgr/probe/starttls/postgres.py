"""PostgreSQL: SSLRequest (PostgreSQL manual, "Message Formats")."""

from __future__ import annotations

from trustmgr.probe.starttls import refused
from trustmgr.probe.stream import Stream

PORT = 5432
_SSL_REQUEST = bytes.fromhex("00000008 04d2162f")


async def upgrade(stream: Stream, host: str) -> None:
    """Ask; the answer is one letter, S for yes."""
    await stream.send(_SSL_REQUEST)
    answer = await stream.read_exactly(1)
    if answer != b"S":
        raise refused(answer)

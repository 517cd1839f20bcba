"""Mail servers (RFC 3207)."""

from __future__ import annotations

from trustmgr.probe.starttls import lines
from trustmgr.probe.stream import Stream

PORT = 25


async def upgrade(stream: Stream, host: str) -> None:
    """Greet, then ask for TLS whatever the list of extensions says: the answer is what counts."""
    await lines.expect(stream, b"220")
    await lines.say(stream, "EHLO localhost")
    await lines.expect(stream, b"250")
    await lines.say(stream, "STARTTLS")
    await lines.expect(stream, b"220")

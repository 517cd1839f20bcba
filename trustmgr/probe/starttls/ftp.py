"""File servers (RFC 4217)."""

from __future__ import annotations

from trustmgr.probe.starttls import lines
from trustmgr.probe.stream import Stream

PORT = 21


async def upgrade(stream: Stream, host: str) -> None:
    """Wait for the welcome, then ask for TLS on the control connection."""
    await lines.expect(stream, b"220")
    await lines.say(stream, "AUTH TLS")
    await lines.expect(stream, b"234")

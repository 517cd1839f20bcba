"""Mail servers (RFC 3207)."""

from __future__ import annotations

from trustmgr.probe.starttls import lines
from trustmgr.probe.stream import Stream

PORT = 25


def upgrade(stream: Stream, host: str) -> None:
    """Greet, then ask for TLS whatever the list of extensions says: the answer is what counts."""
    lines.expect(stream, b"220")
    lines.say(stream, "EHLO localhost")
    lines.expect(stream, b"250")
    lines.say(stream, "STARTTLS")
    lines.expect(stream, b"220")

"""Mailboxes by POP3 (RFC 2595 section 4)."""

from __future__ import annotations

from trustmgr.probe.starttls import lines, refused
from trustmgr.probe.stream import Stream

PORT = 110


async def upgrade(stream: Stream, host: str) -> None:
    """Wait for the greeting, then ask."""
    await _consent(stream)
    await lines.say(stream, "STLS")
    await _consent(stream)


async def _consent(stream: Stream) -> None:
    answer = await lines.line(stream)
    if not answer.startswith(b"+OK"):
        raise refused(answer)

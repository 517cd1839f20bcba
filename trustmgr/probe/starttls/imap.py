"""Mailboxes by IMAP (RFC 9051 section 6.2.1)."""

from __future__ import annotations

from trustmgr.probe.starttls import lines, refused
from trustmgr.probe.stream import Stream

PORT = 143
_MOST_REMARKS = 20  # untagged answers before the tagged one


async def upgrade(stream: Stream, host: str) -> None:
    """Wait for the greeting, then ask; untagged remarks in between are skipped."""
    greeting = await lines.line(stream)
    if not greeting.upper().startswith(b"* OK"):
        raise refused(greeting)
    await lines.say(stream, "a1 STARTTLS")
    for _ in range(_MOST_REMARKS):
        answer = await lines.line(stream)
        if answer.upper().startswith(b"A1 OK"):
            return
        if not answer.startswith(b"*"):
            break
    raise refused(answer)

"""Conversations in lines, as the mail and file protocols have them."""

from __future__ import annotations

from trustmgr.probe.starttls import refused
from trustmgr.probe.stream import Stream

_LONGEST = 4096  # bytes in a line; RFC 5321 section 4.5.3.1.5 allows 512
_MOST = 100  # lines in one answer


async def line(stream: Stream) -> bytes:
    """One line without its end. Raises `ConnectionFailed`."""
    return (await stream.read_until(b"\n", _LONGEST)).rstrip(b"\r\n")


async def reply(stream: Stream) -> list[bytes]:
    """An answer of SMTP or FTP: ``250-...`` lines until ``250 ...`` (RFC 5321 section 4.2.1)."""
    answer: list[bytes] = []
    code = b""
    while len(answer) < _MOST:
        answer.append(await line(stream))
        code = code or answer[-1][:3]
        if not code.isdigit():
            break
        if answer[-1][:3] == code and answer[-1][3:4] != b"-":
            return answer
    raise refused(b"\n".join(answer[:5]))


async def say(stream: Stream, text: str) -> None:
    """Send one line."""
    await stream.send(text.encode("ascii") + b"\r\n")


async def expect(stream: Stream, code: bytes) -> list[bytes]:
    """An answer with this code. Raises `ConnectionFailed` for any other."""
    answer = await reply(stream)
    if not answer[0].startswith(code):
        raise refused(b"\n".join(answer))
    return answer

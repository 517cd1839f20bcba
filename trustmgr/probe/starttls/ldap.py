"""Directories: the StartTLS extended operation (RFC 4511 section 4.14)."""

from __future__ import annotations

from trustmgr.probe.starttls import refused
from trustmgr.probe.stream import Stream

PORT = 389
_OID = b"1.3.6.1.4.1.1466.20037"
#: LDAPMessage { messageID 1, extendedReq [APPLICATION 23] { requestName [0] } } in BER.
_REQUEST = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x16" + _OID
_SEQUENCE, _EXTENDED_RESPONSE, _ENUMERATED = 0x30, 0x78, 0x0A
_LONGEST = 4096


async def upgrade(stream: Stream, host: str) -> None:
    """Ask; resultCode 0 is consent."""
    await stream.send(_REQUEST)
    message = await _message(stream)
    if message[:3] != b"\x02\x01\x01" or len(message) < 5:
        raise refused(message)
    body = message[4 + _size_of_length(message[4]) :]
    if message[3] != _EXTENDED_RESPONSE or body[:3] != bytes([_ENUMERATED, 1, 0]):
        raise refused(body[3:])


async def _message(stream: Stream) -> bytes:
    tag, first = await stream.read_exactly(2)
    if tag != _SEQUENCE:  # what follows is no length, and waiting for so many bytes would be long
        raise refused(bytes([tag, first]) + stream.unread)
    extra = _size_of_length(first) - 1
    length = int.from_bytes(await stream.read_exactly(extra), "big") if extra else first
    if length > _LONGEST:
        raise refused(b"an answer that is too long")
    return await stream.read_exactly(length)


def _size_of_length(first: int) -> int:
    """How many octets a BER length takes, itself included (X.690 section 8.1.3)."""
    return 1 if first < 0x80 else 1 + (first & 0x7F) % 5

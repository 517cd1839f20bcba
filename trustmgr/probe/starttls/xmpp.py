"""Chat servers, client to server (RFC 6120 section 5)."""

from __future__ import annotations

from trustmgr.probe.starttls import refused
from trustmgr.probe.stream import Stream

PORT = 5222
_NAMESPACE = "urn:ietf:params:xml:ns:xmpp-tls"
_LONGEST = 65536


async def upgrade(stream: Stream, host: str) -> None:
    """Open a stream, read its features, and ask. `host` is ASCII without XML's special characters."""
    await stream.send(
        (
            "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' "
            f"xmlns:stream='http://etherx.jabber.org/streams' to='{host}'>"
        ).encode("ascii")
    )
    features = await stream.read_until(b"</stream:features>", _LONGEST)
    if _NAMESPACE.encode() not in features:
        raise refused(features)
    await stream.send(f"<starttls xmlns='{_NAMESPACE}'/>".encode())
    answer = await stream.read_until(b">", _LONGEST)
    if not answer.lstrip().startswith(b"<proceed"):
        raise refused(answer)

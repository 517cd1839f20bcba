"""One HEAD request and the head of its answer (RFC 9110), bounded in size and time.

What it says is a hint for whoever looks for a reason, and never trusted for anything else.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from trustmgr.evidence import HttpAnswer, Offer
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.handshake import Handshake
from trustmgr.probe.route import Route
from trustmgr.probe.stream import ConnectionFailed, Stream

_MOST = 16 * 1024  # bytes of a head
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: |\r\n)")
_LONGEST_LOCATION = 2000
_END = b"\r\n\r\n"


async def inside_tls(
    route: Route, address: str, name: str, offer: Offer, deadline: Deadline
) -> HttpAnswer | None:
    """What the site answers inside a TLS connection; None when it is no HTTP.

    `name` is for the Host field. Raises `Cancelled`.
    """
    handshake = Handshake(offer, route.sni)  # without ALPN: HTTP/1.1
    try:
        with await route.open(address, deadline) as stream:
            while not handshake.over:
                await stream.send(handshake.outgoing())
                handshake.receive(await stream.receive())
            if handshake.failure is not None:
                return None
            handshake.say(_request(name))
            await stream.send(handshake.outgoing())
            return parse(await _head(stream, handshake))
    except ConnectionFailed:
        return None


async def in_plain_text(
    address: str, port: int, name: str, deadline: Deadline
) -> HttpAnswer | None:
    """What answers without TLS; None when nothing does, or no HTTP. Raises `Cancelled`."""
    try:
        with await Stream.open(address, port, deadline) as stream:
            await stream.send(_request(name))
            return parse(await stream.read_until(_END, _MOST))
    except ConnectionFailed:
        return None


def parse(head: bytes) -> HttpAnswer | None:
    """The head of an answer; None when it is none."""
    found = _STATUS.match(head)
    if found is None:
        return None
    fields: dict[str, str] = {}
    for line in head.partition(_END)[0].split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            key = name.strip().lower().decode("latin-1")
            fields.setdefault(key, value.strip().decode("latin-1"))
    location = fields.get("location", "")[:_LONGEST_LOCATION]
    return HttpAnswer(int(found[1]), _moment(fields.get("date", "")), location)


def _request(name: str) -> bytes:
    lines = ("HEAD / HTTP/1.1", f"Host: {name}", "Accept: */*", "Connection: close", "", "")
    return "\r\n".join(lines).encode("ascii")


async def _head(stream: Stream, handshake: Handshake) -> bytes:
    head = handshake.hear(b"")
    while _END not in head and len(head) <= _MOST:
        arrived = await stream.receive()
        if not arrived:
            break
        head += handshake.hear(arrived)
    return head


def _moment(text: str) -> datetime | None:
    """The Date field (RFC 9110 section 5.6.7)."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

"""One handshake with one address, and a second one in the old way where that explains more."""

from __future__ import annotations

from contextlib import suppress

from trustmgr.evidence import Attempt, Failure, Offer
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.handshake import KEPT, Handshake
from trustmgr.probe.route import Route
from trustmgr.probe.stream import ConnectionFailed, Stream

#: How long, in seconds, the rest of an answer in plain text may take.
_REST_OF_BANNER = 0.3
#: How long, in seconds, a server may think about a client that showed no certificate.
_VERDICT = 1.0

#: Alerts with which a server says that nothing on offer suits it (RFC 8446 section 6.2):
#: handshake_failure, protocol_version, insufficient_security, internal_error, inappropriate_fallback.
_NOTHING_SUITS = {40, 70, 71, 80, 86}
_NO_APPLICATION_PROTOCOL = 120


async def attempts(
    route: Route,
    address: str,
    deadline: Deadline,
    seconds: float,
    patience: float | None = None,
) -> list[Attempt]:
    """One attempt as today's clients do it, and a second one where an older peer would explain its failure.

    The first has to be connected within `patience` in seconds, the second has `seconds` of its own.
    Raises `Cancelled`.
    """
    first = await attempt(route, address, Offer.MODERN, deadline, patience, alpn=route.alpn)
    if first.alert == _NO_APPLICATION_PROTOCOL:
        again = Deadline(seconds, deadline.progress)
        return [first, await attempt(route, address, Offer.MODERN, again, alpn=False)]
    if _an_older_peer_explains(first):
        again = Deadline(seconds, deadline.progress)
        return [first, await attempt(route, address, Offer.LEGACY, again, alpn=route.alpn)]
    return [first]


async def attempt(
    route: Route,
    address: str,
    offer: Offer,
    deadline: Deadline,
    patience: float | None = None,
    *,
    alpn: bool,
) -> Attempt:
    """Connect, shake hands, keep what was seen. Never raises for what the network does."""
    handshake = Handshake(offer, route.sni, alpn=alpn)
    try:
        with await route.open(address, deadline, patience) as stream:
            await _drive(handshake, stream)
    except ConnectionFailed as failed:
        handshake.fail(failed.failure, failed.words)
        handshake.first_bytes = failed.first_bytes[:KEPT]
    return handshake.seen(address, route.port, route.proxy_name)


async def _drive(handshake: Handshake, stream: Stream) -> None:
    try:
        while not handshake.over:
            await _send(handshake, stream)
            handshake.receive(await stream.receive())
        if handshake.failure is Failure.PLAINTEXT:
            await _listen_on(handshake, stream)
        else:
            await _send(
                handshake, stream
            )  # the last flight, or the alert that says what displeased
            await _await_verdict(handshake, stream)
    except ConnectionFailed as failed:
        _ended(handshake, failed)


async def _send(handshake: Handshake, stream: Stream) -> None:
    """Send; a peer that stopped listening may still have said why, and that is read next."""
    with suppress(ConnectionFailed):
        await stream.send(handshake.outgoing())


def _ended(handshake: Handshake, failed: ConnectionFailed) -> None:
    """The transport failed; after the handshake that is no failure of it."""
    if not handshake.over:
        handshake.fail(failed.failure, failed.words)


async def _listen_on(handshake: Handshake, stream: Stream) -> None:
    """The rest of a banner, for whoever has to recognise the protocol."""
    while len(handshake.first_bytes) < KEPT:
        more = await stream.receive(_REST_OF_BANNER)
        if not more:
            return
        handshake.first_bytes = (handshake.first_bytes + more)[:KEPT]


async def _await_verdict(handshake: Handshake, stream: Stream) -> None:
    """Wait for the alert, or for the first sign that the server goes on without a certificate."""
    if handshake.awaits_verdict:
        handshake.receive(await stream.receive(_VERDICT))


def _an_older_peer_explains(first: Attempt) -> bool:
    if first.client_certificate_requested or first.sent:
        return False
    if first.failure is Failure.ALERT:
        return first.alert in _NOTHING_SUITS
    return first.failure in (
        Failure.RESET,
        Failure.CLOSED,
        Failure.NO_SHARED_PROTOCOL,
        Failure.PROTOCOL,
    )

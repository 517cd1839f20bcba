"""One handshake with one address, and a second one in the old way where that explains more."""

from __future__ import annotations

from collections.abc import Iterator
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


def attempts(
    route: Route,
    address: str,
    deadline: Deadline,
    seconds: float,
    patience: float | None = None,
) -> Iterator[Attempt]:
    """One attempt as today's clients do it, and a second one where an older peer would explain its failure.

    The first has to be connected within `patience` in seconds, the second has `seconds` of its own.
    Raises `Cancelled`.
    """
    first = attempt(route, address, Offer.MODERN, deadline, patience, alpn=route.alpn)
    yield first
    if first.alert == _NO_APPLICATION_PROTOCOL:
        again = Deadline(seconds, deadline.progress)
        yield attempt(route, address, Offer.MODERN, again, alpn=False)
    elif _an_older_peer_explains(first):
        again = Deadline(seconds, deadline.progress)
        yield attempt(route, address, Offer.LEGACY, again, alpn=route.alpn)


def attempt(
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
        with route.open(address, deadline, patience) as stream:
            _drive(handshake, stream)
    except ConnectionFailed as failed:
        handshake.fail(failed.failure, failed.words)
        handshake.first_bytes = failed.first_bytes[:KEPT]
    return handshake.seen(address, route.port, route.proxy_name)


def _drive(handshake: Handshake, stream: Stream) -> None:
    try:
        while not handshake.over:
            _send(handshake, stream)
            handshake.receive(stream.receive())
        if handshake.failure is Failure.PLAINTEXT:
            _listen_on(handshake, stream)
        else:
            _send(handshake, stream)  # the last flight, or the alert that says what displeased
            _await_verdict(handshake, stream)
    except ConnectionFailed as failed:
        _ended(handshake, failed)


def _send(handshake: Handshake, stream: Stream) -> None:
    """Send; a peer that stopped listening may still have said why, and that is read next."""
    with suppress(ConnectionFailed):
        stream.send(handshake.outgoing())


def _ended(handshake: Handshake, failed: ConnectionFailed) -> None:
    """The transport failed; after the handshake that is no failure of it."""
    if not handshake.over:
        handshake.fail(failed.failure, failed.words)


def _listen_on(handshake: Handshake, stream: Stream) -> None:
    """The rest of a banner, for whoever has to recognise the protocol."""
    while len(handshake.first_bytes) < KEPT:
        more = stream.receive(_REST_OF_BANNER)
        if not more:
            return
        handshake.first_bytes = (handshake.first_bytes + more)[:KEPT]


def _await_verdict(handshake: Handshake, stream: Stream) -> None:
    """Wait for the alert, or for the first sign that the server goes on without a certificate."""
    if handshake.awaits_verdict:
        handshake.receive(stream.receive(_VERDICT))


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

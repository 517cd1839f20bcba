"""Everything that was observed, and nothing that was concluded.

Immutable and serialisable: `dump` and `load` in `trustmgr.evidence_file` write and read it, and
a saved evidence file gives the same findings on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from trustmgr.target import Target


class Failure(StrEnum):
    """How far a connection came before it failed; observations, not causes."""

    DNS = "dns"  # the name could not be resolved
    REFUSED = "refused"
    UNREACHABLE = "unreachable"  # no route, network down, no rights
    CONNECT_TIMEOUT = "connect-timeout"
    HANDSHAKE_TIMEOUT = "handshake-timeout"  # TCP connected, then silence
    RESET = "reset"  # TCP reset after connecting
    CLOSED = "closed"  # orderly close before the handshake ended
    PLAINTEXT = "plaintext"  # the peer answered with bytes that are no TLS record
    ALERT = "alert"  # the peer sent a fatal TLS alert
    NO_SHARED_PROTOCOL = "no-shared-protocol"  # the peer chose a version that was not offered
    MALFORMED_CERTIFICATE = "malformed-certificate"  # the Certificate message does not parse
    TOO_BIG = "too-big"  # a message over the limit
    STARTTLS_REFUSED = "starttls-refused"
    PROXY = "proxy"  # a proxy said no
    PROTOCOL = "protocol"  # any other violation of TLS


#: Failures that say least about the site, least first; every other one comes after connecting.
_TELLING: dict[Failure | None, int] = {
    Failure.UNREACHABLE: 0,
    Failure.CONNECT_TIMEOUT: 1,
    Failure.REFUSED: 2,
}


class Offer(StrEnum):
    """What the client offered in one attempt."""

    MODERN = "modern"  # TLS 1.2 and 1.3 with the ciphers that today's clients offer
    LEGACY = "legacy"  # TLS 1.0 to 1.3 with every cipher the library has


@dataclass(frozen=True)
class Attempt:
    """One connection to one address."""

    address: str
    port: int
    offer: Offer = Offer.MODERN
    sni: str | None = None
    tls_version: str | None = None  # "TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"
    cipher: str | None = None  # OpenSSL's name
    alpn: str | None = None
    sent: tuple[bytes, ...] = ()  # DER as sent, in order
    stapled_ocsp: bytes | None = None
    client_certificate_requested: bool = False
    alert: int | None = None  # number of the alert that the peer sent (RFC 8446 section 6)
    failure: Failure | None = None  # None: the handshake was completed
    failure_text: str = ""  # the library's or the operating system's own words
    first_bytes: bytes = b""  # up to 512 bytes of an answer that was no TLS
    proxy: str = ""  # host:port of the http proxy in between


@dataclass(frozen=True)
class Fetched:
    """One answer to an http request (AIA issuer, OCSP or CRL)."""

    url: str
    body: bytes | None = None  # DER; None: it failed
    failure_text: str = ""
    certificate: str = ""  # SHA-256 of the certificate that named the address


@dataclass(frozen=True)
class HttpAnswer:
    """The head of one answer to a HEAD request (RFC 9110): a hint, never a proof."""

    status: int
    date: datetime | None = None  # what the peer takes for now, UTC
    location: str = ""


@dataclass(frozen=True)
class ClockWitnesses:
    """What this machine itself knows about the time; collected only when dates do not fit."""

    released: datetime  # of this program: has certainly passed
    files: datetime | None = None  # newest change among files that the machine keeps writing
    started: datetime | None = None  # when the machine was started, by its clock of now
    before_start: datetime | None = None  # newest change of a file before that


@dataclass(frozen=True)
class Held:
    """One certificate that a store holds and that could matter for this chain."""

    der: bytes
    server_auth: str  # a platform_backends.base.Decision
    origin: str = ""  # a platform_backends.base.Origin; empty: not recorded


@dataclass(frozen=True)
class StoreSnapshot:
    """What one store holds that could matter; `readable` False means: cannot tell."""

    id: str
    title: str
    held: tuple[Held, ...] = ()
    readable: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Evidence:
    """All observations about one target."""

    target: Target
    collected_at: datetime  # this machine's clock, UTC
    judged_at: datetime  # the moment to judge by: collected_at unless the user asked otherwise
    addresses: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    dns_failure: str = ""
    file_certificates: tuple[bytes, ...] = ()  # DER, leaf first, from files
    unreadable: tuple[str, ...] = ()  # why parts of a file or chain could not be read
    fetched: tuple[Fetched, ...] = ()  # issuers by AIA
    ocsp: tuple[Fetched, ...] = ()
    crls: tuple[Fetched, ...] = ()
    stores: tuple[StoreSnapshot, ...] = ()  # what the verdict goes by
    programs: tuple[StoreSnapshot, ...] = ()  # of single programs, where they could differ from it
    clock: ClockWitnesses | None = None
    answer: HttpAnswer | None = None  # inside the TLS connection, when something did not fit
    plain_answer: HttpAnswer | None = None  # on the site's plain port, likewise
    newest_authority: datetime | None = None  # when the newest that came with the system began
    public_roots: tuple[
        bytes, ...
    ] = ()  # of Mozilla's list (certifi), where no store has an anchor
    network_allowed: bool = True
    notes: tuple[str, ...] = field(default=())

    @property
    def best_attempt(self) -> Attempt | None:
        """The attempt that speaks for the site: completed first, then with certificates, then the
        one that came furthest, the last of equals."""
        if not self.attempts:
            return None
        completed = [a for a in self.attempts if a.failure is None]
        with_chain = [a for a in self.attempts if a.sent]
        if completed or with_chain:
            return (completed or with_chain)[0]
        return max(reversed(self.attempts), key=lambda a: _TELLING.get(a.failure, len(_TELLING)))

    @property
    def sent(self) -> tuple[bytes, ...]:
        """The chain as sent by the site, or as found in the files."""
        if self.file_certificates:
            return self.file_certificates
        attempt = self.best_attempt
        return attempt.sent if attempt else ()

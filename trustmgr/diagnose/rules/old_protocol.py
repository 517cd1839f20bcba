"""`protocol-version` and `no-common-cipher`: the site speaks, but only what is no longer safe."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case
from trustmgr.evidence import Attempt, Failure, Offer
from trustmgr.findings import Finding

#: RFC 8996 forbids TLS 1.0 and 1.1.
_OLD = {"SSLv3": "SSL 3.0", "TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1"}
_PROTOCOL_VERSION_ALERT = 70


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    attempt = case.attempt
    if attempt is None or any(
        a.offer is Offer.MODERN and a.failure is None for a in case.evidence.attempts
    ):
        return
    if attempt.offer is Offer.LEGACY and attempt.sent and attempt.tls_version:
        yield _spoke(case, attempt, attempt.tls_version)
    elif attempt.failure is Failure.ALERT and attempt.alert == _PROTOCOL_VERSION_ALERT:
        yield case.finding(
            "protocol-version",
            "The site speaks no version of TLS that this machine offers.",
            proof="It answered with the alert protocol_version (70).",
        )


def _spoke(case: Case, attempt: Attempt, version: str) -> Finding:
    if version in _OLD:
        return case.finding(
            "protocol-version",
            f"The site speaks only {_OLD[version]}, which today's programs refuse.",
            proof=f"A handshake with TLS 1.2 and 1.3 failed; one with {_OLD[version]} worked ({attempt.cipher}).",
        )
    return case.finding(
        "no-common-cipher",
        f"The site offers only the old encryption {attempt.cipher}, which today's programs refuse.",
        proof=f"A handshake with today's ciphers failed; one with {attempt.cipher} worked ({version}).",
    )

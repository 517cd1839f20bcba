"""`sni-required` and `handshake-failure`: the peer said no with an alert (RFC 8446 section 6.2)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case
from trustmgr.evidence import Failure
from trustmgr.findings import Finding
from trustmgr.text import inert

_UNRECOGNIZED_NAME = 112
_PROTOCOL_VERSION = 70
_CERTIFICATE_REQUIRED = 116


def find(case: Case) -> Iterator[Finding]:
    """At most one finding; alerts that other rules explain are theirs."""
    attempt = case.attempt
    if attempt is None or attempt.failure is not Failure.ALERT:
        return
    if attempt.client_certificate_requested or attempt.alert in (
        _PROTOCOL_VERSION,
        _CERTIFICATE_REQUIRED,
    ):
        return
    if attempt.alert == _UNRECOGNIZED_NAME and attempt.sni is None:
        yield case.finding(
            "sni-required",
            "The server answers only when it is asked by name, and this was asked by address.",
            proof="It answered with the alert unrecognized_name (112) to a greeting without a name.",
        )
        return
    by_name = (
        f" to a greeting for {inert(attempt.sni)}"
        if attempt.sni
        else " to a greeting without a name"
    )
    yield case.finding(
        "handshake-failure",
        "The server broke the greeting off without saying why.",
        proof=f"It answered with alert {attempt.alert}{by_name}. {inert(attempt.failure_text)}".strip(),
    )

"""`client-certificate-required`: the site wants to know who the visitor is (RFC 8446 section 4.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding

_CERTIFICATE_REQUIRED = 116


def find(case: Case) -> Iterator[Finding]:
    """At most one finding; a request that was not insisted on is none."""
    for attempt in case.evidence.attempts:
        insisted = attempt.failure is not None and attempt.client_certificate_requested
        if insisted or attempt.alert == _CERTIFICATE_REQUIRED:
            alert = f" It then sent alert {attempt.alert}." if attempt.alert is not None else ""
            yield case.finding(
                "client-certificate-required",
                "The site lets in only visitors who show a certificate of their own.",
                proof=f"It asked for a client certificate.{alert}",
            )
            return

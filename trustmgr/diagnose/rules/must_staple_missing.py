"""`must-staple-missing`: the certificate promises an OCSP answer with each handshake (RFC 7633)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """At most one error, and only where a site was asked and sent no answer at all."""
    attempt = case.attempt
    if case.path is None or attempt is None or attempt.stapled_ocsp is not None:
        return
    promised = case.path.leaf.extension(x509.TLSFeature)
    if promised is not None and x509.TLSFeatureType.status_request in promised:
        yield case.finding(
            "must-staple-missing",
            "The certificate promises that the site always sends fresh proof that it was not called "
            "back, and the site sends none.",
            index=0,
            proof="The TLS feature extension names status_request, and no OCSP answer came with the handshake.",
            severity=Severity.ERROR,
        )

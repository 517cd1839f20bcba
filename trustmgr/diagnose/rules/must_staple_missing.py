"""`must-staple-missing`: the certificate promises a stapled OCSP answer that does not come (RFC 7633)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """At most one warning, about the site's own certificate; files staple nothing."""
    attempt = case.attempt
    if case.path is None or attempt is None or not attempt.sent or attempt.stapled_ocsp:
        return
    promised = case.path.leaf.extension(x509.TLSFeature)
    if promised is not None and x509.TLSFeatureType.status_request in promised:
        yield case.finding(
            "must-staple-missing",
            "The certificate promises that the site always sends proof of not being called back "
            "(OCSP must-staple), and the site sends none. Some programs refuse that, Firefox among them.",
            index=0,
            proof="The TLS feature extension names status_request; no stapled answer came with the "
            "certificates.",
        )

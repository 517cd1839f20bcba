"""`not-a-ca`: a certificate signed another one without being allowed to (RFC 5280 section 6.1.4 k, n)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from trustmgr.certificate import Certificate
from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """One finding for each issuer in the path that is no CA."""
    for index, certificate in enumerate(case.chain[1:], 1):
        is_anchor = certificate is case.chain[-1] and _anchored(case)
        why = _why(certificate, bare_is_fine=is_anchor and not case.by_the_standards)
        if why:
            yield case.finding(
                "not-a-ca",
                f"{role(case, index)} signed another certificate but is not allowed to.",
                index=index,
                proof=why,
            )


def _anchored(case: Case) -> bool:
    return case.path is not None and case.path.anchored


def _why(certificate: Certificate, *, bare_is_fine: bool) -> str:
    constraints = certificate.extension(x509.BasicConstraints)
    if constraints is None:
        # Anchors of version 1 have no extensions at all; they are trusted by name and key.
        return "" if bare_is_fine else "basicConstraints is missing."
    if not certificate.is_ca:
        return "basicConstraints says CA:FALSE."
    usage = certificate.extension(x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        return "keyUsage does not allow keyCertSign."
    return ""

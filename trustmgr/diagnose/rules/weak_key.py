"""`weak-key`: keys that clients refuse (CA/Browser Forum Baseline Requirements section 6.1.5)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.certificate import Certificate
from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding

_RSA_BITS = 2048
_EC_BITS = 224
_CURVES = frozenset({"EC P-256", "EC P-384", "EC P-521"})


def find(case: Case) -> Iterator[Finding]:
    """One finding for each certificate with a weak key."""
    for index, certificate in enumerate(case.chain):
        if _weak(certificate) or (case.by_the_standards and _unapproved(certificate)):
            yield case.finding(
                "weak-key",
                f"{role(case, index)} has a {certificate.key_type} key of {certificate.key_bits} bits, "
                + (
                    "which can be broken today."
                    if _weak(certificate)
                    else "which public authorities may not certify."
                ),
                index=index,
                proof=f"Key: {certificate.key_type} {certificate.key_bits}; at least RSA {_RSA_BITS} or "
                "an elliptic curve such as P-256 is needed.",
            )


def _unapproved(certificate: Certificate) -> bool:
    """Baseline Requirements section 6.1.5: RSA of whole octets, P-256, P-384 and P-521, and no DSA.
    Edwards curves are left out on purpose: they are strong, and private authorities use them."""
    kind, bits = certificate.key_type, certificate.key_bits or 0
    if kind == "RSA":
        return bits % 8 != 0
    return kind == "DSA" or (kind.startswith("EC ") and kind not in _CURVES)


def _weak(certificate: Certificate) -> bool:
    kind, bits = certificate.key_type, certificate.key_bits or 0
    if kind in ("RSA", "DSA"):
        return bits < _RSA_BITS
    return kind.startswith("EC ") and bits < _EC_BITS

"""`weak-key`: keys that clients refuse (CA/Browser Forum Baseline Requirements section 6.1.5)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.certificate import Certificate
from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding

_RSA_BITS = 2048
_EC_BITS = 224


def find(case: Case) -> Iterator[Finding]:
    """One finding for each certificate with a weak key."""
    for index, certificate in enumerate(case.chain):
        if _weak(certificate):
            yield case.finding(
                "weak-key",
                f"{role(case, index)} has a {certificate.key_type} key of {certificate.key_bits} bits, "
                "which can be broken today.",
                index=index,
                proof=f"Key: {certificate.key_type} {certificate.key_bits}; at least RSA {_RSA_BITS} or "
                "an elliptic curve such as P-256 is needed.",
            )


def _weak(certificate: Certificate) -> bool:
    kind, bits = certificate.key_type, certificate.key_bits or 0
    if kind in ("RSA", "DSA"):
        return bits < _RSA_BITS
    return kind.startswith("EC ") and bits < _EC_BITS

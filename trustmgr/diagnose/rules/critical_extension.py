"""`critical-extension`: an extension that must be understood and is not (RFC 5280 section 4.2)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.x509.oid import ExtensionOID

from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding

#: What the rules of this folder, and TLS clients in general, process.
_PROCESSED = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        ExtensionOID.TLS_FEATURE,
    }
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each certificate with such an extension."""
    for index, certificate in enumerate(case.chain):
        if certificate.problems:
            continue
        unknown = [
            extension.oid.dotted_string
            for extension in certificate.x509.extensions
            if extension.critical and extension.oid not in _PROCESSED
        ]
        if unknown:
            yield case.finding(
                "critical-extension",
                f"{role(case, index)} demands a rule that programs do not know, so they must refuse it.",
                index=index,
                proof=f"Unknown critical extension: {', '.join(unknown)}.",
            )

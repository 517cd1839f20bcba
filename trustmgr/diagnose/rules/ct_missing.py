"""`ct-missing`, a warning: a public authority's certificate without proof of publication (RFC 6962)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from trustmgr.diagnose.case import Case
from trustmgr.diagnose.lifetime import public
from trustmgr.findings import Finding

#: The extension of an OCSP answer that brings the proof (RFC 6962 section 3.3), as DER.
_IN_OCSP = bytes.fromhex("060a2b06010401d679020405")


def find(case: Case) -> Iterator[Finding]:
    """At most one warning. Private authorities' certificates are in no log, and no client minds."""
    if case.path is None or not public(case.path.leaf):
        return
    leaf = case.path.leaf
    stapled = case.attempt.stapled_ocsp if case.attempt else None
    if leaf.extension(x509.PrecertificateSignedCertificateTimestamps) is None and not (
        stapled and _IN_OCSP in stapled
    ):
        yield case.finding(
            "ct-missing",
            "The certificate says that a public authority issued it, and holds no proof that it was "
            "published in the public logs.",
            index=0,
            proof="There is no list of signed certificate timestamps in it.",
        )

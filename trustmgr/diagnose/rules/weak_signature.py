"""`weak-signature`: MD5 and SHA-1 signatures can be forged (RFC 9155, Baseline Requirements 7.1.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding

_BROKEN = frozenset({"md2", "md4", "md5", "sha1"})


def find(case: Case) -> Iterator[Finding]:
    """One finding for each broken hash; a self-signature is nobody's proof and is not judged."""
    for index, certificate in enumerate(case.below_anchor):
        if certificate.signature_hash in _BROKEN and not certificate.self_signed:
            name = certificate.signature_hash.upper().replace("SHA1", "SHA-1")
            yield case.finding(
                "weak-signature",
                f"{role(case, index)} is signed with {name}, which can be forged.",
                index=index,
                proof=f"The signature's hash is {name}.",
            )

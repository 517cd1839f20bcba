"""`bad-signature`: the issuer's key did not make this signature."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if case.path is None or case.path.broken is None:
        return
    index = case.path.broken
    issuer = case.chain[index + 1]
    yield case.finding(
        "bad-signature",
        f"{role(case, index)} was damaged or forged: the signature is not that of “{issuer.title}”.",
        index=index,
        proof=f"The key of “{issuer.title}” (SHA-256 {issuer.sha256}) does not verify the signature.",
    )

"""`path-too-long`: more intermediates below a CA than it allows (RFC 5280 section 4.2.1.9)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """One finding for each CA whose limit is passed; self-issued certificates do not count."""
    for index, certificate in enumerate(case.chain[1:], 1):
        found = certificate.extension(x509.BasicConstraints)
        limit = found.path_length if found else None
        below = sum(not c.self_issued for c in case.chain[1:index])
        if limit is not None and below > limit:
            yield case.finding(
                "path-too-long",
                f"{role(case, index)} allows {limit} further authorities below it, but there "
                f"{'is' if below == 1 else 'are'} {below}.",
                index=index,
                proof=f"pathLenConstraint is {limit}.",
            )

"""`name-constraint`: a CA signed for a name that it may not sign for (RFC 5280 section 4.2.1.10)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from trustmgr.diagnose.case import Case, role
from trustmgr.diagnose.constraints import Names, forbidden
from trustmgr.findings import Finding
from trustmgr.text import inert


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each CA that is constrained."""
    for index, authority in enumerate(case.chain[1:], 1):
        found = authority.extension(x509.NameConstraints)
        if found is None:
            continue
        for below, certificate in enumerate(case.chain[:index]):
            if certificate.self_issued and below > 0:
                continue
            bad = forbidden(found, Names.of(certificate, leaf=below == 0))
            if bad:
                yield case.finding(
                    "name-constraint",
                    f"{role(case, index)} may not sign for {inert(bad)}.",
                    index=below,
                    proof=f"The nameConstraints of “{authority.title}” exclude {inert(bad)} or do not include it.",
                )
                break

"""`name-constraint`: a CA signed for a name that it may not sign for (RFC 5280 section 4.2.1.10)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from trustmgr.diagnose.case import Case, role
from trustmgr.diagnose.constraints import TooMany, constrained_names, violation
from trustmgr.findings import Finding
from trustmgr.text import inert


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each CA that is constrained; self-issued intermediates are exempt."""
    for index, authority in enumerate(case.chain[1:], 1):
        constraints = authority.extension(x509.NameConstraints)
        if constraints is None:
            continue
        for below, certificate in enumerate(case.chain[:index]):
            if certificate.self_issued and below > 0:
                continue
            names = constrained_names(certificate, leaf=below == 0)
            try:
                found = violation(constraints, names)
            except TooMany:
                yield case.finding(
                    "name-constraint",
                    f"{role(case, index)} has so many limits on names that programs give up on them.",
                    index=index,
                    proof=f"{len(names)} names against the nameConstraints of “{authority.title}”.",
                )
                break
            if found is not None:
                yield case.finding(
                    "name-constraint",
                    f"{role(case, index)} may not sign for {inert(found.name)}.",
                    index=below,
                    proof=f"nameConstraints of “{authority.title}”: {inert(found.name)} {inert(found.why)}.",
                )
                break

"""`wrong-intermediate-order`: each certificate should certify the one before it (RFC 5246 section
7.4.2; RFC 8446 section 4.4.2 asks clients to bear it, and some old ones do not)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.certificate import Source
from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """At most one warning, and only for what a server sent."""
    if case.evidence.target.is_file:
        return
    position = {certificate.sha256: i for i, certificate in reversed([*enumerate(case.sent)])}
    order = [
        position[certificate.sha256]
        for certificate in case.chain
        if certificate.source is Source.SENT and certificate.sha256 in position
    ]
    if order != sorted(order):
        shown = ", ".join(str(number + 1) for number in order)
        yield case.finding(
            "wrong-intermediate-order",
            f"The site sends its {len(case.sent)} certificates in the wrong order. Today's programs "
            "sort them; some old ones do not.",
            index=0,
            proof=f"From the site to the root the certificates stand at places {shown}.",
        )

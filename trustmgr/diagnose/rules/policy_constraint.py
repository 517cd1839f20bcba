"""`policy-constraint`: an authority demands a policy that the chain does not carry (RFC 5280 section 6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case, role
from trustmgr.diagnose.policies import fault
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if case.path is None:
        return
    found = fault(case.chain, anchored=case.path.anchored)
    if found is not None:
        yield case.finding(
            "policy-constraint",
            f"{role(case, found.index)} breaks the rules about policies that an authority above it set.",
            index=found.index,
            proof=f"Certificate policies: {found.words}.",
        )

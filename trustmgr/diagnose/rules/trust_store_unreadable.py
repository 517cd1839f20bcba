"""`trust-store-unreadable`: a store that cannot be read is not a store that does not trust."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding, Severity
from trustmgr.text import inert


def find(case: Case) -> Iterator[Finding]:
    """One finding for each unreadable store; errors when there is no other to judge by."""
    unreadable = [store for store in case.evidence.stores if not store.readable]
    for store in unreadable:
        yield case.finding(
            "trust-store-unreadable",
            f"{inert(store.title)} could not be read, so nobody can tell what it trusts.",
            proof=inert(store.reason),
            severity=Severity.WARNING if case.stores_readable else Severity.ERROR,
        )
    if not case.evidence.stores:
        yield case.finding(
            "trust-store-unreadable",
            "No trust store was found on this machine, so nobody can tell what it trusts.",
            severity=Severity.ERROR,
        )

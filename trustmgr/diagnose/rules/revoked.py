"""`revoked` and `revocation-unavailable`: what the issuer says about its certificates now."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.answer import Status
from trustmgr.diagnose.case import Case, day, role
from trustmgr.diagnose.revocation import statuses
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """One finding for each revoked certificate; one warning when asking was of no use."""
    for index, status in statuses(case):
        if status.kind is Status.REVOKED:
            when = f" on {day(status.when)}" if status.when else ""
            yield case.finding(
                "revoked",
                f"{role(case, index)} was called back by its issuer{when}.",
                index=index,
                proof=status.proof,
            )
        elif status.kind is Status.UNAVAILABLE:
            yield case.finding(
                "revocation-unavailable",
                f"{role(case, index)} says where to ask whether it was called back, but no useful "
                "answer came from there.",
                index=index,
                proof=status.proof,
            )

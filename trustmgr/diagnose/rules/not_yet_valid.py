"""`not-yet-valid`: a certificate of the path begins after the moment of judging."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case, day, role
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """One finding for each certificate that has not begun. `case.at` is the right time even when the clock is wrong."""
    for index, certificate in enumerate(case.chain):
        if certificate.not_before > case.at:
            yield case.finding(
                "not-yet-valid",
                f"{role(case, index)} is valid only from {day(certificate.not_before)} on.",
                index=index,
                proof=f"notBefore is {certificate.not_before.isoformat()}; judged at {case.at.isoformat()}.",
            )

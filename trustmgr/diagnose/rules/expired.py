"""`expired`: a certificate of the path ended before the moment of judging (RFC 5280 section 4.1.2.5)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case, day, role
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """One finding for each certificate that is over. `case.at` is the right time even when the clock is wrong."""
    for index, certificate in enumerate(case.chain):
        if certificate.not_after < case.at:
            days = (case.at - certificate.not_after).days
            ago = "less than a day ago" if days < 1 else f"{days} day{'s'[: days != 1]} ago"
            yield case.finding(
                "expired",
                f"{role(case, index)} ended on {day(certificate.not_after)}, {ago}.",
                index=index,
                proof=f"notAfter is {certificate.not_after.isoformat()}; judged at {case.at.isoformat()}.",
            )

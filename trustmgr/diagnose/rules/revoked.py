"""`revoked` and `revocation-unavailable`: what the issuer says about its certificates now."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.answer import Status
from trustmgr.diagnose.case import Case, day, role
from trustmgr.findings import Finding

#: None of these is "good", and each is something else.
_NOTHING_KNOWN = {
    Status.UNKNOWN: (
        "is not known to its own issuer's service. It may be very new, or its issuer has never made it."
    ),
    Status.UNAVAILABLE: (
        "says where to ask whether it was called back; what answered there proves nothing."
    ),
    Status.UNREACHABLE: (
        "says where to ask whether it was called back, but nobody could be reached there."
    ),
}


def find(case: Case) -> Iterator[Finding]:
    """One finding for each revoked certificate; one warning when asking was of no use."""
    attempt, evidence = case.attempt, case.evidence
    if not (evidence.ocsp or evidence.crls or (attempt is not None and attempt.stapled_ocsp)):
        return
    from trustmgr.diagnose.revocation import statuses

    for index, status in statuses(case):
        if status.kind is Status.REVOKED:
            when = f" on {day(status.when)}" if status.when else ""
            yield case.finding(
                "revoked",
                f"{role(case, index)} was called back by its issuer{when}.",
                index=index,
                proof=status.proof,
            )
        elif status.kind in _NOTHING_KNOWN:
            yield case.finding(
                "revocation-unavailable",
                f"{role(case, index)} {_NOTHING_KNOWN[status.kind]}",
                index=index,
                proof=status.proof,
            )

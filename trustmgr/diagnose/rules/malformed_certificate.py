"""`malformed-certificate`: bytes that are no certificate, or one with broken contents."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case, role
from trustmgr.diagnose.structure import Defect, Place, defects, envelope_defect
from trustmgr.evidence import Failure
from trustmgr.findings import Finding
from trustmgr.text import inert


def find(case: Case) -> Iterator[Finding]:
    """One for a chain that cannot be read, else one for each broken certificate of the path."""
    attempt = case.attempt
    if attempt is not None and attempt.failure in (Failure.MALFORMED_CERTIFICATE, Failure.TOO_BIG):
        big = attempt.failure is Failure.TOO_BIG
        yield case.finding(
            "malformed-certificate",
            "The site sends far more certificates than any program accepts."
            if big
            else "What the site sends as its certificate cannot be read.",
            proof=inert(attempt.failure_text),
        )
    elif case.path is None and case.evidence.sent:
        yield case.finding(
            "malformed-certificate",
            "The certificate that was shown first cannot be read.",
            proof="The first certificate is no valid X.509.",
        )
    for problem in case.evidence.unreadable:
        yield case.finding(
            "malformed-certificate",
            "A part of the file looks like a certificate and cannot be read.",
            proof=inert(problem),
        )
    for index, certificate in enumerate(case.chain):
        if certificate.problems:
            yield case.finding(
                "malformed-certificate",
                f"{role(case, index)} has contents that cannot be read.",
                index=index,
                proof="; ".join(certificate.problems),
            )
        for defect in _defects(case, index):
            yield case.finding(
                "malformed-certificate",
                f"{role(case, index)} {defect.words}.",
                index=index,
                proof=f"{defect.rule} forbids it.",
                rule=defect.rule,
            )


def _defects(case: Case, index: int) -> Iterator[Defect]:
    chain, certificate = case.chain, case.chain[index]
    defect = envelope_defect(certificate)
    if defect is not None:
        yield defect
    if case.by_the_standards:
        anchored = case.path is not None and case.path.anchored
        yield from defects(
            Place(
                certificate,
                below=chain[index - 1] if index else None,
                above=chain[index + 1] if index + 1 < len(chain) else None,
                is_anchor=anchored and index + 1 == len(chain),
            )
        )

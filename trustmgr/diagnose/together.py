"""What several reports say together: one private key that answers for unrelated sites sits in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trustmgr.certificate import Certificate
from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding, Severity, Verdict
from trustmgr.publicname import is_public_name, owner
from trustmgr.report import Report

_CAUSE = "tls-interception"
_SHOWN = 4


def compare(reports: Sequence[Report]) -> list[Report]:
    """The reports, in their order; those whose issuer answers for sites of different owners say so."""
    together = Together()
    for report in reports:
        together.note(report)
    return [together.told(report) for report in reports]


class Together:
    """What is known of the reports so far: little for each, so that thousands may pass.

    Public authorities certify everybody, so they are left out, and so are names of private use, which
    a company's own authority may well certify, one certificate for several names, and sites for which
    the user said where to connect.
    """

    def __init__(self) -> None:
        #: Key of an issuer -> owner of a name -> that name and the certificate that was shown for it.
        self._owners: dict[bytes, dict[str, tuple[str, bytes]]] = {}

    def note(self, report: Report) -> None:
        """Remember who answered."""
        issuer, host = _private_issuer(report), _host(report)
        if issuer is not None and host:
            seen = self._owners.setdefault(issuer.spki, {})
            seen.setdefault(owner(host), (host, report.chain[0].der))

    def told(self, report: Report) -> Report:
        """The report with what the ones noted so far add to it."""
        issuer, host = _private_issuer(report), _host(report)
        if issuer is None or not host or any(map(_is_certain, report.findings)):
            return report
        others = [
            name
            for key, (name, leaf) in self._owners.get(issuer.spki, {}).items()
            if key != owner(host) and leaf != report.chain[0].der
        ]
        return _with_finding(report, issuer, host, others) if others else report


def _with_finding(report: Report, issuer: Certificate, host: str, others: list[str]) -> Report:
    trusted = report.anchor is not None
    found = Case(report.evidence, None).finding(
        _CAUSE,
        f"“{issuer.title}” answers for {host} and also for {', '.join(others[:_SHOWN])}, which have "
        "nothing to do with each other: it sits between here and the sites and reads along. If it is your "
        "company's, its certificate belongs into the stores that your programs read; your administrator "
        "has it. If it is a program on this computer, remove it or switch the inspection off.",
        index=1,
        proof=f"The same issuer key, SHA-256 {issuer.spki_sha256}, signed for all of them.",
        severity=Severity.NOTICE if trusted else Severity.ERROR,
        facts={"issuer": issuer.subject},
    )
    kept = [finding for finding in report.findings if finding.cause != _CAUSE]
    order = list(Severity)
    findings = sorted([found, *kept], key=lambda finding: order.index(finding.severity))
    verdict = report.verdict if trusted else Verdict.UNTRUSTED
    return replace(report, findings=tuple(findings), verdict=verdict)


def _is_certain(finding: Finding) -> bool:
    return finding.cause == _CAUSE and finding.severity is Severity.ERROR


def _host(report: Report) -> str:
    target = report.evidence.target
    host = target.server_name or ""
    asked_elsewhere = target.is_file or target.connect is not None
    return host if not asked_elsewhere and is_public_name(host) else ""


def _private_issuer(report: Report) -> Certificate | None:
    """The issuer of the site's certificate, unless the path leads to a public authority."""
    if len(report.chain) < 2 or report.evidence.public_roots:
        return None
    last = report.chain[-1].der
    held = (one for store in report.evidence.stores for one in store.held)
    if any(one.origin == "vendor" and one.der == last for one in held):
        return None
    return report.chain[1]

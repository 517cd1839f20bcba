"""What a rule looks at: the evidence, and one path through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from trustmgr import knowledge
from trustmgr.certificate import Certificate
from trustmgr.diagnose.clock import Clock
from trustmgr.diagnose.path import Path
from trustmgr.evidence import Attempt, Evidence
from trustmgr.findings import Finding, FixBy, Severity
from trustmgr.knownbad import known_bad
from trustmgr.text import inert

#: Characters of a sentence of a finding; the parts that come from outside are cut shorter.
_LONGEST = 4000


@dataclass(frozen=True)
class Case:
    """Evidence with one candidate path (None when no certificate could be read)."""

    evidence: Evidence
    path: Path | None
    sent: tuple[Certificate, ...] = ()
    clock: Clock | None = None

    @property
    def at(self) -> datetime:
        """The moment to judge by, UTC."""
        return self.clock.now if self.clock else self.evidence.judged_at

    @property
    def host(self) -> str | None:
        """The name to check, as ASCII; None for files without ``--host``."""
        return self.evidence.target.server_name

    @property
    def attempt(self) -> Attempt | None:
        """The connection that speaks for the site."""
        return self.evidence.best_attempt

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The path's certificates, leaf first; empty without a path."""
        return self.path.certificates if self.path else ()

    @property
    def below_anchor(self) -> tuple[Certificate, ...]:
        """The path without its anchor, whose own signature and constraints are not judged."""
        return self.chain[:-1] if self.path and self.path.anchored else self.chain

    @cached_property
    def by_the_standards(self) -> bool:
        """Whether the question is about standards, not about today's clients: certificates in a file,
        judged against authorities that the user named."""
        return self.evidence.target.is_file and any(s.id == "roots" for s in self.evidence.stores)

    @cached_property
    def stores_readable(self) -> bool:
        """Whether any store could be read: otherwise nobody can tell what is trusted."""
        return any(store.readable for store in self.evidence.stores)

    def finding(
        self,
        cause: str,
        detail: str,
        *,
        index: int | None = None,
        proof: str = "",
        severity: Severity | None = None,
        fix_by: FixBy | None = None,
        facts: Mapping[str, str] | None = None,
        certificate: Certificate | None = None,
        rule: str = "",
    ) -> Finding:
        """A finding with the knowledge base's words around this case's facts.

        `rule` replaces the knowledge base's where another one spoke. `certificate` is what a remedy
        of a certificate would import; without one, or with a known bad one, such
        remedies are left out.
        """
        known = knowledge.cause(cause)
        if certificate is not None and known_bad(certificate):
            certificate = None
        told = {**self._facts(index), "detail": detail, **(facts or {})}
        if certificate is not None:
            told["sha256"] = certificate.sha256
        remedies = tuple(
            replace(remedy, certificate=certificate.sha256)
            if remedy.of_certificate and certificate is not None
            else remedy
            for remedy in knowledge.remedies(cause, told)
            if not remedy.of_certificate or certificate is not None
        )
        return Finding(
            cause=cause,
            severity=severity or Severity(known.severity),
            certificate=index,
            title=known.title,
            detail=inert(detail, _LONGEST),
            fix_by=fix_by or known.fix_by,
            proof=inert(proof, _LONGEST),
            rule=rule or known.rule,
            remedies=remedies,
        )

    def _facts(self, index: int | None) -> dict[str, str]:
        target = self.evidence.target
        facts = {
            "host": inert(target.server_name or target.host or ""),
            "port": str(target.port or ""),
        }
        if index is not None and index < len(self.chain):
            certificate = self.chain[index]
            facts |= {
                "subject": certificate.title,
                "issuer": certificate.issuer,
                "names": ", ".join(certificate.names[:10]),
                "not_before": day(certificate.not_before),
                "not_after": day(certificate.not_after),
                "sha256": certificate.sha256,
            }
        return {key: value for key, value in facts.items() if value}


def day(moment: datetime) -> str:
    """A date as people and machines agree on it: 2026-11-24."""
    return moment.strftime("%Y-%m-%d")


def role(case: Case, index: int) -> str:
    """What the certificate at `index` of the path is, for a sentence."""
    if index == 0:
        return "The site's certificate"
    which = "root" if case.chain[index].self_issued else "intermediate"
    return f"The {which} certificate “{case.chain[index].title}”"

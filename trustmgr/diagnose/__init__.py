"""Evidence -> findings: pure, offline, repeatable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib import import_module
from types import ModuleType

from trustmgr.certificate import Certificate, Source, shared
from trustmgr.diagnose import rules
from trustmgr.diagnose.case import Case
from trustmgr.diagnose.clock import Clock, Window, judge_clock
from trustmgr.diagnose.path import MAX_CHECKS, MAX_PATHS, MAX_STEPS, Graph
from trustmgr.diagnose.predict import Predictions
from trustmgr.evidence import Evidence, Failure
from trustmgr.findings import Finding, Severity, Verdict
from trustmgr.report import Anchor, Report

#: Failures after which nothing can be said about trust, only about reaching the target.
_NOT_REACHED = frozenset(
    {
        Failure.DNS,
        Failure.REFUSED,
        Failure.UNREACHABLE,
        Failure.CONNECT_TIMEOUT,
        Failure.HANDSHAKE_TIMEOUT,
        Failure.RESET,
        Failure.CLOSED,
        Failure.PROXY,
    }
)


def diagnose(evidence: Evidence) -> Report:
    """The whole answer for one target's evidence."""
    sent = tuple(_parsed(evidence.sent, Source.FILE if evidence.target.is_file else Source.SENT))
    clock = judge_clock(evidence, sent, lambda: _windows(evidence, sent))
    connection: list[Finding] = []
    if not evidence.target.is_file:
        connection = _apply(rules.CONNECTION, Case(evidence, None, sent, clock))
    case, found = _judge_best_path(evidence, sent, clock)
    if case.path is not None:
        found = _apply(rules.MACHINE, case) + found
    order = list(Severity)
    findings = tuple(sorted(connection + found, key=lambda finding: order.index(finding.severity)))
    if any(finding.cause == "captive-portal" for finding in findings):
        findings = tuple(finding.without_imports() for finding in findings)
    verdict = _verdict(evidence, findings)
    clients = Predictions(
        verdict,
        case,
        findings,
        lambda stores: _judge_best_path(replace(evidence, stores=stores), sent, clock),
    )
    return Report(
        evidence, verdict, findings, case.chain, _anchor(case), clients, clients.contested
    )


def _judge_best_path(
    evidence: Evidence, sent: tuple[Certificate, ...], clock: Clock
) -> tuple[Case, list[Finding]]:
    """The path with the fewest faults, shortest first, and what is wrong with it."""
    leaf = _leaf(evidence, sent)
    if leaf is None:
        case = Case(evidence, None, sent, clock)
        return case, _apply(rules.PATH, case)
    best: tuple[tuple[int, int, bool, int], Case, list[Finding]] | None = None
    graph = _graph(evidence, sent, clock.now)
    for path in graph.paths(leaf):
        if best is not None and path.faults > best[0][0]:
            break  # no later path can be better
        case = Case(evidence, path, sent, clock)
        found = _apply(rules.PATH, case)
        errors = sum(f.severity is Severity.ERROR for f in found)
        score = (errors, len(found), not path.anchored, len(path.certificates))
        if best is None or score < best[0]:
            best = (score, case, found)
        if errors == 0:
            break
    if best is None:
        raise RuntimeError("a leaf alone is a path")
    _, case, found = best
    if graph.exhausted and any(f.severity is Severity.ERROR for f in found):
        found.append(_too_complex(case))
    return case, found


def _too_complex(case: Case) -> Finding:
    return case.finding(
        "chain-too-complex",
        "So many certificates of authorities are at hand that not every path through them was tried.",
        proof=f"Stopped after {MAX_CHECKS} signatures, {MAX_STEPS} steps or {MAX_PATHS} paths.",
    )


def _apply(names: Iterable[str], case: Case) -> list[Finding]:
    found: list[Finding] = []
    for name in names:
        found.extend(_rule(name).find(case))
    return found


@cache
def _rule(name: str) -> ModuleType:
    return import_module(f"trustmgr.diagnose.rules.{name}")


def _leaf(evidence: Evidence, sent: tuple[Certificate, ...]) -> Certificate | None:
    """TLS puts the site's certificate first (RFC 8446 section 4.4.2). People's files may not: where
    an authority comes first, it is the first certificate that issued none of the others."""
    if not sent or sent[0].der != evidence.sent[0]:
        return None  # the first one cannot be read
    if not (evidence.target.is_file and sent[0].is_ca):
        return sent[0]
    issuers = {c.issuer_key for c in sent if not c.self_issued}
    return next((c for c in sent if c.subject_key not in issuers), sent[0])


def _graph(evidence: Evidence, sent: tuple[Certificate, ...], at: datetime) -> Graph:
    held = [h for store in evidence.stores if store.readable for h in store.held]
    decided: dict[str, set[str]] = {}
    for one in held:
        decided.setdefault(one.server_auth, set()).add(hashlib.sha256(one.der).hexdigest())
    fetched = (body for f in evidence.fetched if (body := f.body) is not None)
    return Graph(
        [
            *sent,
            *_parsed((h.der for h in held), Source.STORE),
            *_parsed(fetched, Source.FETCHED),
        ],
        anchors=frozenset(decided.get("trusted", ())),
        at=at,
        distrusted=frozenset(decided.get("distrusted", ())),
    )


def _windows(evidence: Evidence, sent: tuple[Certificate, ...]) -> list[Window]:
    """When the authorities' answers hold; looked at only when dates do not fit."""
    if not (evidence.ocsp or evidence.crls):
        return []
    from trustmgr.diagnose.windows import windows

    fetched = (f.body for f in evidence.fetched if f.body is not None)
    return windows(evidence, [*sent, *_parsed(fetched, Source.FETCHED)])


def _parsed(ders: Iterable[bytes], source: Source) -> Iterator[Certificate]:
    """Those that parse; the rest is in the evidence for `malformed-certificate` to find."""
    for der in ders:
        try:
            yield shared(der, source)
        except ValueError:
            continue


def _verdict(evidence: Evidence, findings: tuple[Finding, ...]) -> Verdict:
    if not evidence.target.is_file and not evidence.sent:
        attempt = evidence.best_attempt
        if attempt is None or attempt.failure in _NOT_REACHED:
            return Verdict.UNREACHABLE
    wrong = any(finding.severity is Severity.ERROR for finding in findings)
    return Verdict.UNTRUSTED if wrong else Verdict.TRUSTED


def _anchor(case: Case) -> Anchor | None:
    if case.path is None or not case.path.anchored:
        return None
    last: Certificate = case.path.last
    stores = tuple(
        store.id
        for store in case.evidence.stores
        if any(h.der == last.der and h.server_auth == "trusted" for h in store.held)
    )
    return Anchor(last.sha256, stores)

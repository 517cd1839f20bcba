"""A report as the JSON of the contract (docs/json.md), schema 1."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trustmgr.certificate import Certificate
from trustmgr.findings import Finding, Remedy
from trustmgr.policy import coverage, validation
from trustmgr.report import Report
from trustmgr.text import inert


def document(report: Report) -> dict[str, Any]:
    """One target's report."""
    evidence, attempt = report.evidence, report.evidence.best_attempt
    target = evidence.target
    connection = None
    if attempt is not None and attempt.tls_version is not None:
        connection = {
            "tls_version": attempt.tls_version,
            "cipher": attempt.cipher,
            "alpn": attempt.alpn,
        }
    anchor = report.anchor
    return {
        "schema": 1,
        "target": {
            "host": inert(target.host) if target.host else None,
            "port": target.port,
            "server_name": inert(target.server_name) if target.server_name else None,
            "address": attempt.address if attempt else None,
        },
        "verdict": report.verdict.value,
        "findings": [_finding(finding) for finding in report.findings],
        "chain": [_certificate(certificate) for certificate in report.chain],
        "sent": _sent(evidence.sent),
        "anchor": {"sha256": anchor.sha256, "stores": list(anchor.stores)} if anchor else None,
        "connection": connection,
        "clients": {
            name: {"accepts": prediction.accepts, "why": prediction.why}
            for name, prediction in report.clients.items()
        },
    }


def failure(error: Exception) -> dict[str, Any]:
    """What stands in the place of a report for a target that is none, or that cannot be read."""
    return {
        "schema": 1,
        "target": {"host": None, "port": None, "server_name": None, "address": None},
        "verdict": "unreadable",
        "error": inert(str(error), 2000),
        "findings": [],
        "chain": [],
        "sent": [],
        "anchor": None,
        "connection": None,
        "clients": {},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "cause": finding.cause,
        "severity": finding.severity.value,
        "certificate": finding.certificate,
        "title": finding.title,
        "detail": finding.detail,
        "proof": finding.proof,
        "rule": finding.rule,
        "fix_by": finding.fix_by.value,
        "remedies": [_remedy(remedy) for remedy in finding.remedies],
    }


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "id": remedy.id,
        "title": remedy.title,
        "detail": remedy.detail,
        "fix_by": remedy.fix_by.value,
        "risk": remedy.risk.value,
        "risk_text": remedy.risk_text,
        "action": remedy.action,
        "certificate": remedy.certificate,
        "message": remedy.message,
    }


def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "not_before": rfc3339(certificate.not_before),
        "not_after": rfc3339(certificate.not_after),
        "sha256": certificate.sha256,
        "sha1": certificate.sha1,
        "spki_sha256": certificate.spki_sha256,
        "key": {"type": certificate.key_type, "bits": certificate.key_bits},
        "signature_hash": certificate.signature_hash,
        "names": list(certificate.names),
        "is_ca": certificate.is_ca,
        "validation": validation(certificate),
        "coverage": coverage(certificate),
        "source": certificate.source.value,
    }


def _sent(ders: tuple[bytes, ...]) -> list[str]:
    import hashlib

    return [hashlib.sha256(der).hexdigest() for der in ders]


def rfc3339(moment: datetime) -> str:
    """UTC with the letter Z, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

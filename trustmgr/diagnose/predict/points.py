"""What a site asks of clients: every fault that was found, and what is no fault but not for everyone.

A point is called after its cause, with a part behind a dot where clients tell the parts apart. The
answers to it are in resources/knowledge/policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from trustmgr.certificate import Source
from trustmgr.diagnose.case import Case
from trustmgr.diagnose.lifetime import public
from trustmgr.diagnose.predict.strict import faults
from trustmgr.findings import Finding, Severity

_UNKNOWN_ISSUER = "missing-intermediate.unknown"
#: Compares clients, so it is nothing that one of them could answer.
_NO_POINT = "store-inconsistent"
#: What another store could mend; everything else is the same whatever a client trusts.
_ABOUT_TRUST = frozenset(
    {
        "untrusted-root",
        "self-signed",
        "distrusted",
        "trust-store-unreadable",
        "outdated-trust-store",
        _UNKNOWN_ISSUER,
    }
)


@dataclass(frozen=True)
class Point:
    """`refused`: what a client does about it of which nothing else is known. `words` say it."""

    id: str
    refused: bool
    words: str = ""

    @property
    def about_trust(self) -> bool:
        """Whether it is about what the stores hold."""
        return self.id in _ABOUT_TRUST


def points(case: Case, findings: Sequence[Finding]) -> Iterator[Point]:
    """The points of a judged path, faults first."""
    for finding in findings:
        if finding.severity is not Severity.NOTICE and finding.cause != _NO_POINT:
            part = _PARTS.get(finding.cause, _whole)(case, finding)
            name = f"{finding.cause}.{part}" if part else finding.cause
            yield Point(name, finding.severity is Severity.ERROR, f"{finding.title}.")
    if case.chain:
        for observe in _OBSERVERS:
            yield from observe(case)


# -- the parts of causes -------------------------------------------------------------------


def _whole(_case: Case, _finding: Finding) -> str:
    return ""


def _missing_intermediate(case: Case, _finding: Finding) -> str:
    if case.path is None or len(case.chain) == 1:
        return "unknown"
    if any(c.source is Source.FETCHED for c in case.chain):
        return "fetched-public" if public(case.chain[0]) else "fetched"
    return "held"


def _revoked(case: Case, finding: Finding) -> str:
    """By which way it is known, as clients do not go every way."""
    if finding.proof.startswith("stapled"):
        return "stapled"
    asked = {f.url for f in case.evidence.crls if f.body is not None}
    return "crl" if any(url in finding.proof for url in asked) else "ocsp"


def _weak_key(case: Case, finding: Finding) -> str:
    certificate = case.chain[finding.certificate or 0]
    if certificate.key_type != "RSA":
        return "curve"
    return "rsa-1024" if (certificate.key_bits or 0) >= 1024 else "rsa-tiny"


def _weak_signature(case: Case, finding: Finding) -> str:
    return case.chain[finding.certificate or 0].signature_hash or ""


def _wrong_usage(case: Case, finding: Finding) -> str:
    if finding.certificate:
        return "intermediate"
    usages = case.chain[0].extension(x509.ExtendedKeyUsage)
    if usages is not None and ExtendedKeyUsageOID.SERVER_AUTH not in usages:
        return "site"
    return "ca-as-leaf" if case.chain[0].is_ca else "key-usage"


def _protocol_version(case: Case, _finding: Finding) -> str:
    attempt = case.attempt
    return "old" if attempt is not None and attempt.tls_version in ("TLSv1", "TLSv1.1") else ""


def _no_common_cipher(case: Case, _finding: Finding) -> str:
    attempt = case.attempt
    return "ccm8" if attempt is not None and "CCM8" in (attempt.cipher or "") else ""


def _lifetime(_case: Case, finding: Finding) -> str:
    return finding.proof.rpartition("Limit: ")[2].partition(" ")[0]


_PARTS: Mapping[str, Callable[[Case, Finding], str]] = {
    "missing-intermediate": _missing_intermediate,
    "revoked": _revoked,
    "weak-key": _weak_key,
    "weak-signature": _weak_signature,
    "wrong-usage": _wrong_usage,
    "protocol-version": _protocol_version,
    "no-common-cipher": _no_common_cipher,
    "lifetime-too-long": _lifetime,
}


# -- no fault, but not for every client ----------------------------------------------------


def _keys(case: Case) -> Iterator[Point]:
    if any(c.key_type == "Ed25519" for c in case.below_anchor or case.chain):
        yield Point("ed25519", refused=False)
    if case.chain[0].key_type == "EC P-521":
        yield Point("p-521", refused=False)


def _key_usage(case: Case) -> Iterator[Point]:
    """With TLS 1.3, and with ECDHE and DHE before it, the server's key signs and does nothing else."""
    usage = case.chain[0].extension(x509.KeyUsage)
    if usage is None or usage.digital_signature:
        return
    if usage.key_encipherment or usage.key_agreement:
        yield Point("encipher-only", refused=False)
    elif case.chain[0].is_ca:
        words = "The site's certificate may not be used for making connections."
        yield Point("wrong-usage.key-usage", refused=True, words=words)


def _no_usage(case: Case) -> Iterator[Point]:
    if case.chain[0].extension(x509.ExtendedKeyUsage) is None:
        yield Point("no-eku", refused=False)


def _empty_subject(case: Case) -> Iterator[Point]:
    leaf = case.chain[0]
    if leaf.problems or len(leaf.x509.subject.rdns):
        return
    if not any(
        e.critical for e in leaf.x509.extensions if isinstance(e.value, x509.SubjectAlternativeName)
    ):
        yield Point("empty-subject", refused=False)


def _cipher(case: Case) -> Iterator[Point]:
    """OpenSSL's names end with the MAC where a cipher has one of its own."""
    if case.attempt is not None and (case.attempt.cipher or "").endswith("-SHA"):
        yield Point("sha1-cipher", refused=False)


def _anchor(case: Case) -> Iterator[Point]:
    if case.path is not None and case.path.anchored and not case.path.last.self_signed:
        yield Point("anchor-no-root", refused=False)


def _strict(case: Case) -> Iterator[Point]:
    if next(faults(case.chain), None) is not None:
        yield Point("strict", refused=False)


_OBSERVERS: tuple[Callable[[Case], Iterator[Point]], ...] = (
    _keys,
    _key_usage,
    _no_usage,
    _empty_subject,
    _cipher,
    _anchor,
    _strict,
)

"""`untrusted-root`: the path ends in a CA that no store trusts."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.certificate import Certificate
from trustmgr.diagnose.case import Case
from trustmgr.diagnose.rules.outdated_trust_store import public_root
from trustmgr.findings import Finding
from trustmgr.knownbad import known_bad
from trustmgr.text import inert


def find(case: Case) -> Iterator[Finding]:
    """At most one finding; a lone leaf whose issuer is unknown is `missing-intermediate`."""
    path = case.path
    if path is None or path.anchored or not case.stores_readable:
        return
    last = path.last
    index = len(path.certificates) - 1
    alone = index == 0 and not (case.evidence.target.is_file and last.is_ca)
    if alone:
        return
    if last.self_signed:
        detail = (
            f"The chain ends in “{last.title}”, a certificate authority that this machine does "
            "not trust."
        )
        proof = f"Root SHA-256 {last.sha256} is in none of: {_stores(case)}."
    else:
        detail = (
            f"The chain ends in “{last.title}”, issued by “{last.issuer_title}”. That issuer was not "
            "sent and is not trusted by this machine."
        )
        proof = f"No certificate for “{last.issuer}” is in any of: {_stores(case)}."
    public = public_root(case) is not None
    found = case.finding(
        "untrusted-root",
        detail,
        index=index,
        proof=proof,
        certificate=None if public or known_bad(last) else _importable(last),
        facts={"issuer": last.issuer},
    )
    # a public authority comes with the system's update, and a known bad one must not come at all
    yield found.without_imports() if public or known_bad(last) else found


def _importable(last: Certificate) -> Certificate | None:
    """Clients need the self-signed end of the chain; an intermediate alone would not help them."""
    return last if last.self_signed and last.is_ca else None


def _stores(case: Case) -> str:
    return (
        ", ".join(inert(s.title or s.id) for s in case.evidence.stores if s.readable) or "no store"
    )

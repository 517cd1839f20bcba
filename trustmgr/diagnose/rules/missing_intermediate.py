"""`missing-intermediate`: the site does not send the certificate of its issuer."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.certificate import Source
from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding
from trustmgr.text import inert


def find(case: Case) -> Iterator[Finding]:
    """At most one finding: a gap that was filled from elsewhere, or a lone leaf."""
    path = case.path
    if path is None or (case.evidence.target.is_file and path.leaf.is_ca):
        return
    inner = path.certificates[1:-1] if path.anchored else path.certificates[1:]
    filled = [c for c in inner if c.source in (Source.FETCHED, Source.STORE)]
    if filled:
        first = filled[0]
        where = (
            "from the address in the certificate"
            if first.source is Source.FETCHED
            else "in a store"
        )
        yield case.finding(
            "missing-intermediate",
            f"The site does not send the certificate of “{first.title}”. It was found {where}, but "
            "most programs do not look there.",
            index=0,
            proof=f"{len(case.sent)} certificate(s) sent; “{first.title}” (SHA-256 {first.sha256}) is not among them.",
            facts={"issuer": first.subject},
        )
    elif not path.anchored and len(path.certificates) == 1 and not path.leaf.self_signed:
        yield case.finding(
            "missing-intermediate",
            f"The site sends only its own certificate, issued by “{path.leaf.issuer_title}”, which this "
            "machine does not know. Either the site forgets to send that intermediate certificate, "
            "or it belongs to a private authority that this machine does not trust; from here the "
            "two look alike.",
            index=0,
            proof=_why_not_found(case),
            facts={"issuer": path.leaf.issuer},
        )


def _why_not_found(case: Case) -> str:
    failures = [
        inert(f"{f.url}: {f.failure_text}") for f in case.evidence.fetched if f.body is None
    ]
    if failures:
        return "Fetching the issuer failed: " + "; ".join(failures)
    if not case.evidence.network_allowed:
        return "Fetching the issuer was switched off (--no-network)."
    return "The certificate names no address where its issuer's certificate could be fetched."

"""`tls-interception`: somebody between here and the site answers in its place."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding, Severity
from trustmgr.knowledge import interceptors


def find(case: Case) -> Iterator[Finding]:
    """At most one finding: the name of a CA of the path is one of an intercepting product."""
    for index, certificate in enumerate(case.chain):
        names = f"{certificate.issuer} {certificate.subject if index else ''}".lower()
        product = next((p for mark, p in interceptors() if mark in names), None)
        if product is None:
            continue
        trusted = case.path is not None and case.path.anchored
        end = case.chain[-1]
        yield case.finding(
            "tls-interception",
            f"The certificate was not made by the site but on the way, by {product} "
            f"(“{certificate.issuer}”)."
            + (" This machine trusts it." if trusted else " This machine does not trust it."),
            index=index,
            proof=f"Issuer: {certificate.issuer}.",
            severity=Severity.NOTICE if trusted else Severity.ERROR,
            facts={"issuer": certificate.issuer},
            certificate=end if end.self_signed and end.is_ca and not trusted else None,
        )
        return

"""`tls-interception`: somebody between here and the site answers in its place.

Told by the name of a known product in a CA's name, or by a public name at a public address that is
answered by an authority of no public list. The second may also be a site with an authority of its own,
and is a warning. `trustmgr.diagnose.together` adds a third: one private key for unrelated sites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trustmgr.certificate import Certificate
from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding, Severity
from trustmgr.knowledge import Interceptor, interceptors
from trustmgr.publicname import is_public_address, is_public_name
from trustmgr.text import inert

#: Who sits in the middle -> where to go from there.
_WHAT_NOW: Mapping[str, str] = {
    "company": (
        "That is how companies and schools look into connections: the certificate of their authority "
        "belongs into the stores that your programs read, and your administrator has it."
    ),
    "antivirus": (
        "That is a protection program on this computer: its own settings repair its authority or switch "
        "the inspection off."
    ),
    "filter": (
        "That is a filter for advertisements or for children on this computer: its own settings switch "
        "the inspection off; removing the program does too."
    ),
    "debugging": (
        "That is a tool of developers that reads connections. If nobody here is using it, close and "
        "remove it, and look for the proxy that is set on this computer."
    ),
    "adware": (
        "That is unwanted software that reads your connections. Remove the program and its authority; do "
        "not import anything."
    ),
}


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if public_anchor(case):
        return  # a public authority does not intercept
    for index, certificate in enumerate(case.chain):
        names = f"{certificate.issuer} {certificate.subject if index else ''}".lower()
        product = next((one for one in interceptors() if one.mark in names), None)
        if product is not None:
            yield _by_product(case, index, certificate, product)
            return
    if _public_site(case) and len(case.chain) > 1:
        yield _by_private_authority(case)


def public_anchor(case: Case) -> bool:
    """Whether the path ends in an authority that came with the system or is in Mozilla's list."""
    if case.path is None:
        return False
    if not case.path.anchored:
        return bool(case.evidence.public_roots)
    return "vendor" in _origin_of_anchor(case)


def _origin_of_anchor(case: Case) -> set[str]:
    """Who put the end of the path into the stores that hold it."""
    last = case.chain[-1].der
    held = (one for store in case.evidence.stores for one in store.held)
    return {one.origin for one in held if one.der == last and one.origin}


def _by_product(case: Case, index: int, certificate: Certificate, product: Interceptor) -> Finding:
    trusted = case.path is not None and case.path.anchored
    known = "This machine trusts it." if trusted else "This machine does not trust it."
    return case.finding(
        "tls-interception",
        f"The certificate was not made by the site but on the way, by {product.name} "
        f"(“{certificate.issuer}”). {known} {_WHAT_NOW[product.kind]}",
        index=index,
        proof=f"Issuer: {certificate.issuer}.",
        severity=Severity.NOTICE if trusted else Severity.ERROR,
        facts={"issuer": certificate.issuer},
        certificate=None if product.kind == "adware" else _importable(case),
    )


def _by_private_authority(case: Case) -> Finding:
    end = case.chain[-1]
    trusted = case.path is not None and case.path.anchored
    issuer = end.subject if end.self_signed else end.issuer
    return case.finding(
        "tls-interception",
        f"{inert(case.host or '')} is a public site, but a private authority answers for it: “{issuer}”. Either the "
        "site has an authority of its own, or somebody between here and the site reads along: a "
        "company's proxy, a program on this computer, or an attacker."
        + (" This machine trusts that authority." if trusted else ""),
        index=len(case.chain) - 1,
        proof=f"“{issuer}” is in no list of public authorities; the address that answered is public.",
        severity=Severity.NOTICE if trusted else Severity.WARNING,
        facts={"issuer": issuer},
    )


def _public_site(case: Case) -> bool:
    """Whether the answer came from a public address for a public name, as far as can be told; not when
    the user said where to connect."""
    attempt, target = case.attempt, case.evidence.target
    if target.is_file or attempt is None or target.connect is not None:
        return False
    if any(store.id == "roots" for store in case.evidence.stores) or not case.stores_readable:
        return False
    if case.path is not None and case.path.anchored and not _origin_of_anchor(case):
        return False  # saved before origins were recorded
    somewhere = bool(attempt.proxy) or is_public_address(
        attempt.address
    )  # proxies hide the address
    return is_public_name(case.host or "") and somewhere


def _importable(case: Case) -> Certificate | None:
    end = case.chain[-1]
    trusted = case.path is not None and case.path.anchored
    return end if end.self_signed and end.is_ca and not trusted else None

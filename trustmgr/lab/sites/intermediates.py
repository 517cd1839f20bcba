"""Sites that send the wrong certificates beside their own.

Their intermediates are their own: a client that keeps those it has seen (Firefox, Windows) would
not miss one that another site sends.
"""

from __future__ import annotations

from trustmgr.lab.pki import Identity, Pki
from trustmgr.lab.site import Definition
from trustmgr.lab.sites.made import web


def _missing(pki: Pki, host: str) -> Identity:
    unsent = pki.authority("Trust Manager Lab Fetchable Intermediate", path_length=0)
    return pki.leaf(host, unsent, extra=[pki.publication.issuer_pointer(unsent)]).sending()


def _missing_without_address(pki: Pki, host: str) -> Identity:
    unsent = pki.authority("Trust Manager Lab Unsent Intermediate", path_length=0)
    return pki.leaf(host, unsent).sending()


def _wrong_order(pki: Pki, host: str) -> Identity:
    upper = pki.authority("Trust Manager Lab Upper Intermediate")
    lower = pki.authority("Trust Manager Lab Lower Intermediate", upper)
    needless = pki.stranger_intermediate.certificate
    return pki.leaf(host, lower).sending(upper.certificate, needless, lower.certificate)


SITES = (
    Definition(
        "missing-intermediate",
        "The issuer's certificate is not sent; the certificate says where it is (AIA).",
        web(_missing),
        frozenset({"missing-intermediate"}),
    ),
    Definition(
        "missing-intermediate-no-aia",
        "The issuer's certificate is not sent, and nothing says where it is.",
        web(_missing_without_address),
        frozenset({"missing-intermediate"}),
    ),
    Definition(
        "wrong-order",
        "The intermediates come in reverse, with a needless one between.",
        web(_wrong_order),
        frozenset({"wrong-intermediate-order"}),
        verdict="trusted",
    ),
)

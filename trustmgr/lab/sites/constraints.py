"""Sites whose CAs may not sign what they signed, and one with an extension that nobody knows."""

from __future__ import annotations

import ipaddress

from cryptography import x509

from trustmgr.lab.pki import Identity, Pki
from trustmgr.lab.site import LOOPBACK, Definition
from trustmgr.lab.sites.made import web

#: Below the enterprise number that is reserved for examples (RFC 5612).
_NOBODY_KNOWS = x509.ObjectIdentifier("1.3.6.1.4.1.32473.1")


def _too_long(pki: Pki, host: str) -> Identity:
    upper = pki.authority("Trust Manager Lab Last Intermediate", path_length=0)
    return pki.leaf(host, pki.authority("Trust Manager Lab One Too Many", upper))


def _outside(pki: Pki, names: list[str], permitted: x509.GeneralName) -> Identity:
    constraint = x509.NameConstraints(permitted_subtrees=[permitted], excluded_subtrees=None)
    issuer = pki.authority("Trust Manager Lab Constrained Intermediate", extra=[(constraint, True)])
    return pki.leaf(names[0], issuer, names=names)


def _outside_names(pki: Pki, host: str) -> Identity:
    return _outside(pki, [host], x509.DNSName("elsewhere.example"))


def _outside_addresses(pki: Pki, host: str) -> Identity:
    # 192.0.2.0/24 is reserved for documentation (RFC 5737).
    elsewhere = x509.IPAddress(ipaddress.ip_network("192.0.2.0/24"))
    return _outside(pki, [host, "::1"], elsewhere)


def _unknown_extension(pki: Pki, host: str) -> Identity:
    unknown = x509.UnrecognizedExtension(_NOBODY_KNOWS, b"\x05\x00")
    return pki.leaf(host, extra=[(unknown, True)])


SITES = (
    Definition(
        "path-too-long",
        "More intermediates than the upper one allows.",
        web(_too_long),
        frozenset({"path-too-long"}),
    ),
    Definition(
        "name-constraint-dns",
        "Its CA may sign for other names only.",
        web(_outside_names),
        frozenset({"name-constraint"}),
    ),
    Definition(
        "name-constraint-ip",
        "Its CA may sign for other addresses only.",
        web(_outside_addresses),
        frozenset({"name-constraint"}),
        host=LOOPBACK,
    ),
    Definition(
        "critical-extension",
        "A critical extension that no program knows.",
        web(_unknown_extension),
        frozenset({"critical-extension"}),
    ),
)

"""Whether a name or address belongs to the public internet, by what it looks like alone."""

from __future__ import annotations

import ipaddress

#: Names that no public authority may certify and no public server has: RFC 6761, RFC 6762, RFC 7686,
#: RFC 8375, RFC 9476, ICANN's .internal (2024), and what RFC 6762 appendix G and ICANN's name collision
#: study found inside organisations.
_PRIVATE = frozenset(
    (
        "localhost",
        "local",
        "test",
        "example",
        "invalid",
        "onion",
        "alt",
        "arpa",
        "internal",
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
        "localdomain",
        "domain",
        "workgroup",
        "mail",
        "lab",
        "cluster",
    )
)
#: Second-level names under which countries register, such as co.uk; good enough for telling two
#: owners apart, and never used for trust.
_SECOND_LEVEL = frozenset(
    (
        "ac",
        "co",
        "com",
        "edu",
        "gov",
        "go",
        "gob",
        "gouv",
        "ltd",
        "me",
        "mil",
        "ne",
        "net",
        "nhs",
        "nom",
        "or",
        "org",
        "plc",
        "sch",
    )
)


def is_public_name(host: str) -> bool:
    """Whether `host` could be registered publicly: several labels, and no ending of private use."""
    labels = host.rstrip(".").lower().split(".")
    if len(labels) < 2 or not all(labels) or _is_address(host):
        return False
    ending = labels[-1]
    return ending not in _PRIVATE and (ending.isalpha() or ending.startswith("xn--"))


def owner(host: str) -> str:
    """The part of a public name that somebody registered: ``example.com`` of ``www.example.com``."""
    labels = host.rstrip(".").lower().split(".")
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if deep else labels[-2:])


def is_public_address(address: str) -> bool:
    """Whether an address can be reached from everywhere."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return parsed.is_global and not parsed.is_multicast


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True

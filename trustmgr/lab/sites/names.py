"""Sites whose certificate is for another name."""

from __future__ import annotations

from trustmgr.lab.site import Definition
from trustmgr.lab.sites.made import for_names

_MISMATCH = frozenset({"name-mismatch"})

SITES = (
    Definition(
        "wrong-host",
        "The certificate is for another host.",
        for_names("another-host.localhost"),
        _MISMATCH,
    ),
    Definition(
        "www-only",
        "The certificate is for www, the question was without.",
        for_names("www.www-only.localhost"),
        _MISMATCH,
    ),
    Definition(
        "bare-only",
        "The question was with www, the certificate is without.",
        for_names("bare-only.localhost"),
        _MISMATCH,
        host="www.bare-only.localhost",
    ),
    Definition(
        "no-san",
        "Only the common name says which host it is for.",
        for_names(),
        frozenset({"no-san"}),
    ),
    Definition(
        "wildcard-too-deep",
        "The wildcard covers one level, the name has two.",
        for_names("*.deep.localhost"),
        _MISMATCH,
        host="a.b.deep.localhost",
    ),
)

"""Sites whose certificate is out of its time."""

from __future__ import annotations

from trustmgr.lab.pki import DAY, Identity, Pki
from trustmgr.lab.site import Definition
from trustmgr.lab.sites.made import web


def _expired(pki: Pki, host: str) -> Identity:
    return pki.leaf(host, start=pki.now - 100 * DAY, end=pki.now - 10 * DAY)


def _not_yet(pki: Pki, host: str) -> Identity:
    return pki.leaf(host, start=pki.now + 10 * DAY, end=pki.now + 100 * DAY)


def _expired_and_untrusted(pki: Pki, host: str) -> Identity:
    return pki.leaf(
        host, pki.stranger_intermediate, start=pki.now - 100 * DAY, end=pki.now - 10 * DAY
    )


def _long_lived(pki: Pki, host: str) -> Identity:
    return pki.leaf(host, end=pki.now + 826 * DAY)


SITES = (
    Definition("expired", "Ten days over its end.", web(_expired), frozenset({"expired"})),
    Definition(
        "not-yet-valid",
        "Valid from ten days ahead.",
        web(_not_yet),
        frozenset({"not-yet-valid"}),
    ),
    Definition(
        "expired-and-untrusted",
        "Over its end, and from a CA that nobody trusts.",
        web(_expired_and_untrusted),
        frozenset({"expired", "untrusted-root"}),
    ),
    Definition(
        "lifetime-too-long",
        "Valid for longer than the 825 days that Apple's systems take.",
        web(_long_lived),
        frozenset({"lifetime-too-long"}),
        verdict="trusted",
    ),
)

"""Sites that lead to no anchor, or whose chain does not hold."""

from __future__ import annotations

from cryptography import x509

from trustmgr.lab.authority import issue, new_key
from trustmgr.lab.forgery import with_wrong_signature
from trustmgr.lab.pki import DAY, HOUR, Identity, Pki, alternative_names, name
from trustmgr.lab.site import Definition
from trustmgr.lab.sites.made import web


def _self_signed(pki: Pki, host: str) -> Identity:
    """Like ``openssl req -x509`` makes it: with a subjectAltName added, and marked as a CA."""
    key = new_key()
    certificate = issue(
        name(host),
        key,
        None,
        start=pki.now - HOUR,
        end=pki.now + 90 * DAY,
        extensions=[
            (x509.BasicConstraints(ca=True, path_length=None), True),
            *alternative_names([host]),
        ],
    )
    return Identity((certificate,), key)


def _bad_signature(pki: Pki, host: str) -> Identity:
    identity = pki.leaf(host)
    return identity.showing(with_wrong_signature(identity.leaf))


SITES = (
    Definition(
        "self-signed",
        "Signed by itself, as many devices do.",
        web(_self_signed),
        frozenset({"self-signed"}),
    ),
    Definition(
        "untrusted-root",
        "From a CA that nobody trusts.",
        web(lambda pki, host: pki.leaf(host, pki.stranger_intermediate)),
        frozenset({"untrusted-root"}),
    ),
    Definition(
        "bad-signature",
        "One bit of the signature is wrong.",
        web(_bad_signature),
        frozenset({"bad-signature"}),
    ),
)

"""Mozilla's list of public authorities, as the package certifi brings it. Only looked at, never trusted."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from trustmgr.certificate import Certificate

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def fitting(known: Sequence[Certificate]) -> tuple[bytes, ...]:
    """The roots of the list (DER) that issued one of `known`, or share its key and name."""
    found = [der for der in _roots() if any(one.issuer_der in der for one in known)]
    roots = [root for der in found if (root := _parse(der)) is not None]
    return tuple(root.der for root in roots if any(_fits(root, one) for one in known))


@cache
def listed() -> frozenset[tuple[bytes, bytes]]:
    """Name and key (DER) of every root of the list; empty when the list is not there."""
    roots = (root for der in _roots() if (root := _parse(der)) is not None)
    return frozenset((root.subject_der, root.spki) for root in roots)


def _fits(root: Certificate, one: Certificate) -> bool:
    if root.subject_der == one.subject_der and root.spki == one.spki:
        return True
    return root.subject_der == one.issuer_der and one.signed_by(root)


@cache
def _roots() -> tuple[bytes, ...]:
    try:
        import certifi

        pem = certifi.contents().encode("ascii", "replace")
    except (ImportError, OSError):  # a packager left it out: then nothing is known
        return ()
    return in_pem(pem)


def in_pem(pem: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) of a bundle; what is no base64 is left out."""
    found = []
    for body in _PEM.findall(pem):
        with suppress(ValueError):
            found.append(b64decode(body))
    return tuple(found)


def _parse(der: bytes) -> Certificate | None:
    try:
        return Certificate(der)
    except ValueError:
        return None

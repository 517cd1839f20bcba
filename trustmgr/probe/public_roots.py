"""Mozilla's list of public authorities, as the package certifi brings it. Only looked at, never trusted."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from functools import cache

from trustmgr.certificate import Certificate

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def fitting(known: Sequence[Certificate]) -> tuple[bytes, ...]:
    """The roots of the list (DER) that issued one of `known`, or share its key and name."""
    found = [der for der in _roots() if any(one.issuer_der in der for one in known)]
    roots = [root for der in found if (root := _parse(der)) is not None]
    return tuple(root.der for root in roots if any(_fits(root, one) for one in known))


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
    return tuple(b64decode(body) for body in _PEM.findall(pem))


def _parse(der: bytes) -> Certificate | None:
    try:
        return Certificate(der)
    except ValueError:
        return None

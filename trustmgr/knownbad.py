"""Authorities that must never be trusted, by the hash of the certificate or of its key.

The list is ``resources/knowledge/known-bad.txt``, which names its sources.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import resources
from trustmgr.certificate import Certificate


class KnownBad(NamedTuple):
    """`why` continues the sentence "... must not be trusted: "."""

    name: str
    why: str


def known_bad(certificate: Certificate) -> KnownBad | None:
    """What is known against this certificate; None for nothing."""
    table = _table()
    found = table.get(f"certificate {certificate.sha256}")
    if found is None and certificate.spki:
        found = table.get(f"key {certificate.spki_sha256}")
    return found


@cache
def _table() -> dict[str, KnownBad]:
    lines = resources.text("knowledge", "known-bad.txt").splitlines()
    parts = (line.split(" = ", 2) for line in lines if line and not line.startswith("#"))
    return {key: KnownBad(name, why) for key, name, why in parts}

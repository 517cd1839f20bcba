"""Distinguished names compared as RFC 5280 section 7.1 asks: by what they say, not byte by byte.

Case, repeated spaces and the kind of string do not count (RFC 4518 in short: NFKC and case folding).
"""

from __future__ import annotations

import unicodedata

from cryptography import x509

#: One set of attributes for each relative name, the most general first.
Canonical = tuple[frozenset[tuple[str, str | bytes]], ...]


def canonical(name: x509.Name) -> Canonical:
    """What two spellings of the same name have in common. Raises ``ValueError`` on broken contents."""
    return tuple(
        frozenset((part.oid.dotted_string, _prepared(part.value)) for part in rdn)
        for rdn in name.rdns
    )


def within(name: Canonical, subtree: Canonical) -> bool:
    """Whether `name` lies in the subtree (RFC 5280 section 4.2.1.10, directoryName)."""
    return name[: len(subtree)] == subtree


def _prepared(value: str | bytes) -> str | bytes:
    if isinstance(value, bytes):
        return value
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
    return " ".join(value.casefold().split())

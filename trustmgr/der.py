"""Just enough DER (X.690) to see what `cryptography` parses but does not show: tags and raw contents."""

from __future__ import annotations

SEQUENCE, OBJECT_IDENTIFIER, INTEGER = 0x30, 0x06, 0x02
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18


def elements(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and contents of each element in `data`, which holds nothing else.

    Only single-octet tags and definite lengths. Raises ``ValueError`` on anything else.
    """
    found = []
    at = 0
    while at < len(data):
        tag, size, start = _header(data, at)
        if tag & 0x1F == 0x1F or start + size > len(data):
            raise ValueError("not DER")
        found.append((tag, data[start : start + size]))
        at = start + size
    return found


def sequence(data: bytes) -> list[tuple[int, bytes]]:
    """The elements of the one SEQUENCE that `data` is. Raises ``ValueError``."""
    (only,) = elements(data)
    if only[0] != SEQUENCE:
        raise ValueError("not a SEQUENCE")
    return elements(only[1])


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, size of the contents, and where they start."""
    if at + 2 > len(data):
        raise ValueError("not DER")
    first = data[at + 1]
    if first < 0x80:
        return data[at], first, at + 2
    start = at + 2 + (first & 0x7F)
    if first in (0x80, 0xFF) or first > 0x84 or start > len(data):
        raise ValueError("not DER")
    return data[at], int.from_bytes(data[at + 2 : start], "big"), start

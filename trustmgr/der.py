"""The little of DER (X.690) that the library does not do: what comes before it parses, and what it
does not show of what it parsed."""

from __future__ import annotations

from platform_backends import der

SEQUENCE, INTEGER, OBJECT_IDENTIFIER = 0x30, 0x02, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
_LONG_FORM = 0x80


def element_length(data: bytes) -> int | None:
    """Octets of the first element, header included; None when there is no definite length.

    May be more than there are: then the data was cut off.
    """
    if len(data) < 2 or data[1] == _LONG_FORM:
        return None
    if data[1] < _LONG_FORM:
        return 2 + data[1]
    size = data[1] - _LONG_FORM
    if size > 4 or len(data) < 2 + size:
        return None
    return 2 + size + int.from_bytes(data[2 : 2 + size], "big")


def looks_encoded(data: bytes) -> bool:
    """Whether these bytes begin a SEQUENCE, and are not text that begins with the digit 0."""
    if len(data) < 2 or data[0] != SEQUENCE:
        return False
    return data[1] >= _LONG_FORM or element_length(data) == len(data)


def elements(data: bytes) -> list[bytes]:
    """The elements that stand one after the other; a broken rest is left out."""
    found = []
    while data:
        length = element_length(data)
        if length is None or length > len(data):
            break
        found.append(data[:length])
        data = data[length:]
    return found


def fields(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and contents of each element. Raises ``ValueError`` on a broken rest and on long tags."""
    return [(value.tag, value.content) for value in der.values(data)]


def sequence(data: bytes) -> list[tuple[int, bytes]]:
    """The fields of the one SEQUENCE that `data` is. Raises ``ValueError``."""
    return fields(der.read(data).expect(SEQUENCE).content)


def element(tag: int, contents: bytes) -> bytes:
    """The element with this tag and these contents."""
    return der.write(tag, contents)

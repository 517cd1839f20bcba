"""As much DER (ITU-T X.690) as stores take: values with a tag and a definite length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INTEGER, OCTETS, NULL, OID, BMP, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x1E, 0x30, 0x31
EXPLICIT_0, IMPLICIT_0 = 0xA0, 0x80


@dataclass(frozen=True)
class Value:
    """One value: its tag, its content, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def __iter__(self) -> Iterator[Value]:
        """The values inside. Raises ``ValueError`` where the content is none."""
        yield from values(self.content)

    @property
    def first(self) -> Value:
        """The first value inside. Raises ``ValueError`` when there is none."""
        return _at(self.content, 0)

    def expect(self, tag: int) -> Value:
        """Itself. Raises ``ValueError`` when it has another tag."""
        if self.tag != tag:
            raise ValueError(f"tag {self.tag:#x} where {tag:#x} belongs")
        return self

    @property
    def number(self) -> int:
        """The value of an INTEGER, bounded as counts are. Raises ``ValueError``."""
        if not 0 < len(self.expect(INTEGER).content) <= 4:
            raise ValueError("not a count")
        return int.from_bytes(self.content, signed=True)


def read(data: bytes) -> Value:
    """The one value that `data` is. Raises ``ValueError`` for anything else."""
    value = _at(data, 0)
    if len(value.whole) != len(data):
        raise ValueError("bytes after the end")
    return value


def first(data: bytes) -> Value:
    """The value that `data` begins with. Raises ``ValueError``."""
    return _at(data, 0)


def values(data: bytes) -> Iterator[Value]:
    """The values that stand one after the other. Raises ``ValueError`` where something else does."""
    at = 0
    while at < len(data):
        value = _at(data, at)
        at += len(value.whole)
        yield value


def write(tag: int, *content: bytes) -> bytes:
    """One value, around the bytes of others."""
    inside = b"".join(content)
    size = len(inside)
    if size < 0x80:
        return bytes([tag, size]) + inside
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + inside


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER, tag and all."""
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(arc & 0x7F | 0x80)
        content += bytes(reversed(group))
    return write(OID, bytes(content))


def _at(data: bytes, start: int) -> Value:
    head = data[start : start + 2]
    if len(head) < 2 or head[0] & 0x1F == 0x1F:
        raise ValueError("cut short, or a tag of several bytes")
    size, begin = head[1], start + 2
    if size >= 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("a length that is not definite")
        size = int.from_bytes(data[begin : begin + count])
        begin += count
    if begin + size > len(data):
        raise ValueError("cut short")
    return Value(head[0], data[begin : begin + size], data[start : begin + size])

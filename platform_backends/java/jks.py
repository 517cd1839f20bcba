"""JKS, the kind of keystore that Java wrote by itself until Java 8 and Debian's package still does.

The format is that of OpenJDK's ``sun.security.provider.JavaKeyStore``: a head, entries one after
the other, and at the end a SHA-1 over the password and everything before.
"""

from __future__ import annotations

import hashlib
import struct
import time
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from platform_backends.java.keystore import Held, WrongPassword

MAGIC = b"\xfe\xed\xfe\xed"

_HEAD = 12  # magic, version, number of entries
_DIGEST = 20
_KEY, _CERTIFICATE = 1, 2
_SALT = b"Mighty Aphrodite"


@dataclass(frozen=True)
class _Record:
    """One entry: its bytes, and what it holds unless it is a key."""

    data: bytes
    held: Held | None


class Jks:
    """A JKS keystore. Reading needs no password, as in Java itself; a change does."""

    def __init__(self, data: bytes, password: str) -> None:
        self._data = data
        self._password = password
        self._version, self._records = _parse(data)
        self.held = tuple(r.held for r in self._records if r.held is not None)

    def plus(self, new: Held) -> bytes:
        """One more at the end."""
        self._check()
        date = struct.pack(">q", time.time_ns() // 1_000_000)
        kind = _text("X.509") if self._version == 2 else b""
        head = struct.pack(">I", _CERTIFICATE) + _text(new.alias) + date + kind
        record = head + struct.pack(">I", len(new.der)) + new.der
        return self._sealed([*(r.data for r in self._records), record])

    def minus(self, gone: AbstractSet[Held]) -> bytes:
        """The other entries, in their order."""
        self._check()
        return self._sealed([r.data for r in self._records if r.held not in gone])

    def _check(self) -> None:
        body = self._data[:-_DIGEST]
        if _digest(self._password, body) != self._data[-_DIGEST:]:
            raise WrongPassword

    def _sealed(self, records: list[bytes]) -> bytes:
        return _sealed(self._version, records, self._password)


def made(certificates: Iterable[bytes], password: str) -> bytes:
    """A new keystore that trusts these and nothing else."""
    data = _sealed(2, [], password)
    for number, der in enumerate(certificates):
        data = Jks(data, password).plus(Held(f"trustmgr-{number}", der))
    return data


def _sealed(version: int, records: list[bytes], password: str) -> bytes:
    body = MAGIC + struct.pack(">II", version, len(records)) + b"".join(records)
    return body + _digest(password, body)


def _digest(password: str, body: bytes) -> bytes:
    return hashlib.sha1(password.encode("utf-16-be") + _SALT + body).digest()  # noqa: S324


def _parse(data: bytes) -> tuple[int, list[_Record]]:
    if len(data) < _HEAD + _DIGEST:
        raise ValueError("it is cut short")
    version, count = struct.unpack_from(">II", data, 4)
    if version not in (1, 2):
        raise ValueError(f"it has the unknown version {version}")
    reader = _Reader(data[:-_DIGEST], version)
    records = []
    while reader.at < len(reader.data):
        records.append(reader.record())
    if len(records) != count:
        raise ValueError("it holds another number of entries than it says")
    return version, records


class _Reader:
    """Takes one value after the other. Raises ``ValueError`` at the end of the bytes."""

    def __init__(self, data: bytes, version: int) -> None:
        self.data = data
        self.at = _HEAD
        self._version = version

    def record(self) -> _Record:
        start, kind = self.at, self._number(4)
        alias = self._bytes(2).decode("utf-8", "replace")
        self._take(8)
        held = None
        if kind == _KEY:
            self._bytes(4)
            for _ in range(self._number(4)):
                self._certificate()
        elif kind == _CERTIFICATE:
            held = Held(alias, self._certificate())
        else:
            raise ValueError(f"it holds an entry of the unknown kind {kind}")
        return _Record(self.data[start : self.at], held)

    def _certificate(self) -> bytes:
        if self._version == 2:
            self._bytes(2)  # "X.509"
        return self._bytes(4)

    def _bytes(self, width: int) -> bytes:
        return self._take(self._number(width))

    def _number(self, width: int) -> int:
        return int.from_bytes(self._take(width))

    def _take(self, size: int) -> bytes:
        taken = self.data[self.at : self.at + size]
        if len(taken) != size:
            raise ValueError("it is cut short")
        self.at += size
        return taken


def _text(text: str) -> bytes:
    data = text.encode("ascii")  # aliases of ours: Java's own UTF-8 differs beyond
    return struct.pack(">H", len(data)) + data

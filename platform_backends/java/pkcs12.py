"""PKCS#12 (RFC 7292) as Java writes it: the kind of keystore since Java 9, without a password in 18.

What is added goes into a part of its own, not encrypted (certificates are public), and the seal is
made again with the same salt: whatever was there keeps its bytes, and taking the part away gives
back the exact file. `cryptography` reads PKCS#12 too, but neither files without a seal nor the mark
by which Java tells a trusted certificate from a mere link of a chain, and it writes whole files
alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Set as AbstractSet
from functools import cached_property

from platform_backends import der
from platform_backends.der import Value
from platform_backends.java import crypt
from platform_backends.java.keystore import Held, WrongPassword

_DATA = der.oid("1.2.840.113549.1.7.1")
_ENCRYPTED = der.oid("1.2.840.113549.1.7.6")
_CERTIFICATE_BAG = der.oid("1.2.840.113549.1.12.10.1.3")
_X509 = der.oid("1.2.840.113549.1.9.22.1")
_FRIENDLY_NAME = der.oid("1.2.840.113549.1.9.20")
#: Java's mark of a trusted certificate (OpenJDK, ``sun.security.pkcs12.PKCS12KeyStore``).
_TRUSTED = der.oid("2.16.840.1.113894.746875.1.1")
_ANY_USAGE = der.oid("2.5.29.37.0")


class Pkcs12:
    """A PKCS#12 keystore. Encrypted certificates need the password to be read."""

    def __init__(self, data: bytes, password: str) -> None:
        self._password = password
        self._version, content, *mac = der.read(data).expect(der.SEQUENCE)
        self._mac = mac[0] if mac else None
        self._safe = _plain(content)
        self._parts = tuple(der.read(self._safe).expect(der.SEQUENCE))

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """In the order of the file."""
        return tuple(
            held
            for part in self._parts
            for bag in self._bags(part)
            if (held := _held(bag, part)) is not None
        )

    def plus(self, new: Held) -> bytes:
        """A part of its own at the end."""
        self._check()
        part = _wrapped(der.write(der.SEQUENCE, _bag(new)))
        return self._sealed([*(p.whole for p in self._parts), part])

    def minus(self, gone: AbstractSet[Held]) -> bytes:
        """Parts that hold none of these keep their bytes; parts that hold nothing else go."""
        self._check()
        return self._sealed([self._without(part, gone) for part in self._parts])

    def _without(self, part: Value, gone: AbstractSet[Held]) -> bytes:
        bags = self._bags(part)
        kept = [bag.whole for bag in bags if _held(bag, part) not in gone]
        if len(kept) == len(bags):
            return part.whole
        rest = der.write(der.SEQUENCE, *kept)
        if not kept:
            return b""
        return self._encrypted(part, rest) if _kind(part) == _ENCRYPTED else _wrapped(rest)

    def _bags(self, part: Value) -> tuple[Value, ...]:
        """Entries that can be certificates; keys lie in parts and bags of other kinds."""
        if _kind(part) == _DATA:
            contents = _plain(part)
        elif _kind(part) == _ENCRYPTED:
            algorithm, data = _encryption(part)
            contents = crypt.decrypt(algorithm, self._password, data)
        else:
            return ()
        return tuple(der.read(contents).expect(der.SEQUENCE))

    def _encrypted(self, part: Value, contents: bytes) -> bytes:
        algorithm = crypt.renewed(_encryption(part)[0])
        data = crypt.encrypt(algorithm, self._password, contents)
        inside = der.write(der.SEQUENCE, _DATA, algorithm.whole, der.write(der.IMPLICIT_0, data))
        version = der.write(der.INTEGER, b"\0")
        around = der.write(der.EXPLICIT_0, der.write(der.SEQUENCE, version, inside))
        return der.write(der.SEQUENCE, _ENCRYPTED, around)

    def _check(self) -> None:
        if self._mac is not None:
            again = crypt.seal(self._mac, self._password, self._safe)
            if not hmac.compare_digest(again, self._mac.whole):
                raise WrongPassword

    def _sealed(self, parts: list[bytes]) -> bytes:
        safe = der.write(der.SEQUENCE, *parts)
        mac = crypt.seal(self._mac, self._password, safe) if self._mac else b""
        return der.write(der.SEQUENCE, self._version.whole, _wrapped(safe), mac)


def _kind(part: Value) -> bytes:
    return part.expect(der.SEQUENCE).first.whole


def _plain(part: Value) -> bytes:
    """What a ``ContentInfo`` of plain data holds (RFC 5652 section 4)."""
    kind, around = part.expect(der.SEQUENCE)
    if kind.whole != _DATA:
        raise ValueError("it is sealed by a certificate, not by a password")
    (octets,) = around
    return octets.expect(der.OCTETS).content


def _wrapped(content: bytes) -> bytes:
    return der.write(der.SEQUENCE, _DATA, der.write(der.EXPLICIT_0, der.write(der.OCTETS, content)))


def _encryption(part: Value) -> tuple[Value, bytes]:
    """Algorithm and bytes of ``EncryptedData`` (RFC 5652 section 8)."""
    _, around = part
    (encrypted,) = around
    _, info, *_ = encrypted
    _, algorithm, data = info
    return algorithm, data.expect(der.IMPLICIT_0).content


def _held(bag: Value, part: Value) -> Held | None:
    kind, around, *attributes = bag.expect(der.SEQUENCE)
    if kind.whole != _CERTIFICATE_BAG or not attributes:
        return None
    values = {name.whole: value for name, value in attributes[0]}
    (certificate,) = around
    kind, inside = certificate
    if kind.whole != _X509 or _TRUSTED not in values:
        return None
    (octets,) = inside
    (alias,) = values.get(_FRIENDLY_NAME) or (Value(der.BMP, b"", b""),)
    name = alias.content.decode("utf-16-be", "replace")
    return Held(name, octets.expect(der.OCTETS).content, readable=_kind(part) == _DATA)


def _bag(new: Held) -> bytes:
    octets = der.write(der.EXPLICIT_0, der.write(der.OCTETS, new.der))
    certificate = der.write(der.EXPLICIT_0, der.write(der.SEQUENCE, _X509, octets))
    name = der.write(der.BMP, new.alias.encode("utf-16-be"))
    attributes = der.write(
        der.SET, _attribute(_FRIENDLY_NAME, name), _attribute(_TRUSTED, _ANY_USAGE)
    )
    return der.write(der.SEQUENCE, _CERTIFICATE_BAG, certificate, attributes)


def _attribute(name: bytes, value: bytes) -> bytes:
    return der.write(der.SEQUENCE, name, der.write(der.SET, value))

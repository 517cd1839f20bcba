"""One entry of a Windows store as bytes: the certificate and its properties.

This is the form that CertSerializeCertificateStoreElement gives and that the registry holds as
``Blob``: records of three little-endian numbers (property, 1, length) and the data; the last one
is the certificate.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography import x509

from platform_backends.windows.crypt32 import (
    CERT_CERT_PROP_ID,
    CERT_DESCRIPTION_PROP_ID,
    CERT_ENHKEY_USAGE_PROP_ID,
    CERT_FRIENDLY_NAME_PROP_ID,
)

_RECORD = struct.Struct("<III")

#: How this program tells its entries: certmgr.msc shows it as the entry's description.
MARK = "Added by Trust Manager"
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Element:
    """A certificate and its properties by their numbers (CERT_..._PROP_ID)."""

    der: bytes
    properties: Mapping[int, bytes]

    @classmethod
    def from_bytes(cls, data: bytes) -> Element:
        """Raises ``ValueError`` for what is no element with a certificate."""
        found: dict[int, bytes] = {}
        at = 0
        while at < len(data):
            try:
                number, _, length = _RECORD.unpack_from(data, at)
            except struct.error as error:
                raise ValueError("a record is cut off") from error
            at += _RECORD.size + length
            found[number] = data[at - length : at]
        if at != len(data) or not found.get(CERT_CERT_PROP_ID):
            raise ValueError("not an element with a certificate")
        der = found.pop(CERT_CERT_PROP_ID)
        return cls(der, found)

    def to_bytes(self) -> bytes:
        """The reverse."""
        records = (*self.properties.items(), (CERT_CERT_PROP_ID, self.der))
        return b"".join(_RECORD.pack(n, 1, len(data)) + data for n, data in records)

    @cached_property
    def sha256(self) -> str:
        """Of the certificate."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def usage(self) -> bytes | None:
        """DER of the usages to which the entry is narrowed; None: it is not."""
        return self.properties.get(CERT_ENHKEY_USAGE_PROP_ID)

    @property
    def ours(self) -> bool:
        """Whether this program added it. The mark is written together with the certificate."""
        return self.properties.get(CERT_DESCRIPTION_PROP_ID) == _text(MARK)

    @property
    def friendly_name(self) -> str:
        """The name that somebody gave the entry; empty when nobody did."""
        data = self.properties.get(CERT_FRIENDLY_NAME_PROP_ID, b"")
        return data.decode("utf-16-le", "replace").partition("\0")[0]


def made_by_us(der: bytes, usage: bytes | None) -> Element:
    """The entry that this program adds: marked, named as its subject, narrowed to `usage`."""
    properties = {
        CERT_FRIENDLY_NAME_PROP_ID: _text(_name(der)),
        CERT_DESCRIPTION_PROP_ID: _text(MARK),
    }
    if usage is not None:
        properties[CERT_ENHKEY_USAGE_PROP_ID] = usage
    return Element(der, properties)


def _text(text: str) -> bytes:
    return f"{text}\0".encode("utf-16-le", "replace")


def _name(der: bytes) -> str:
    """Of what a subject holds only what can be shown: it may come from anybody."""
    try:
        subject = x509.load_der_x509_certificate(der).subject
    except ValueError:
        return MARK
    for oid in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        if found := subject.get_attributes_for_oid(oid):
            shown = "".join(c for c in str(found[-1].value) if c.isprintable()).strip()
            return shown[:_LONGEST_NAME] or MARK
    return MARK

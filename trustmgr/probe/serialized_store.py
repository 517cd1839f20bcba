"""Microsoft's serialized store (.sst): several certificates in a file, as the Certificate Import Wizard takes it.

After its header come records of three little-endian numbers (property, 1, length) and the data; the
last holds zeros alone. learn.microsoft.com/windows/win32/seccrypto/certificate-and-certificate-store-serialization
describes the file, Wine's crypt32/serialize.c its bytes.
"""

from __future__ import annotations

import struct

_HEADER = b"\0\0\0\0CERT"
_RECORD = struct.Struct("<III")
_CERTIFICATE = 32  # CERT_CERT_PROP_ID


def looks_serialized(data: bytes) -> bool:
    """Whether it begins as such a file."""
    return data.startswith(_HEADER)


def is_whole(data: bytes) -> bool:
    """Whether it has its end, too."""
    return data.endswith(bytes(_RECORD.size))


def certificates(data: bytes) -> list[bytes]:
    """The certificates (DER) in their order, up to where the file is cut off or damaged."""
    found: list[bytes] = []
    at = len(_HEADER)
    while at + _RECORD.size <= len(data):
        number, _, length = _RECORD.unpack_from(data, at)
        at += _RECORD.size + length
        if at > len(data):
            break
        if number == _CERTIFICATE:
            found.append(data[at - length : at])
    return found

"""The rows of an NSS database: PKCS #11 objects, one column ``a<hex>`` for each attribute.

The numbers are those of NSS's pkcs11t.h and pkcs11n.h, four bytes, big-endian.
"""

from __future__ import annotations

from dataclasses import dataclass

from platform_backends import certificates

CERTIFICATES, KEYS = "cert9.db", "key4.db"

CLASS, LABEL, VALUE = "a0", "a3", "a11"
CERTIFICATE_TYPE, ISSUER, SERIAL = "a80", "a81", "a82"

CERTIFICATE_CLASS = bytes.fromhex("00000001")
X509 = bytes.fromhex("00000000")


@dataclass(frozen=True)
class Format:
    """How one generation of NSS writes trust down: the class, an attribute for each purpose, the
    attribute with the certificate's hash, and the values."""

    kind: bytes
    server_auth: str
    client_auth: str
    code_signing: str
    email: str
    digest: str
    trusted: bytes  # this very certificate
    trusted_ca: bytes
    not_trusted: bytes


#: CKO_TRUST of PKCS #11 3.2, as new Firefox writes it.
STANDARD = Format(
    bytes.fromhex("0000000b"),
    *("a62c", "a62d", "a62e", "a62f", "a635"),
    *(bytes.fromhex(value) for value in ("00000001", "00000002", "00000003")),
)
#: CKO_NSS_TRUST, as the certutil of today's distributions does; new Firefox reads it too.
VENDOR = Format(
    bytes.fromhex("ce534353"),
    *("ace536358", "ace536359", "ace53635a", "ace53635b", "ace5363b4"),
    *(bytes.fromhex(value) for value in ("ce534351", "ce534352", "ce53435a")),
)
#: In the order in which they count.
FORMATS = (STANDARD, VENDOR)


def signatures_of(identity: int) -> str:
    """A GLOB for the signatures of one object in key4.db's table metaData."""
    return f"sig_cert_{identity:08x}_*"


def nickname(der: bytes) -> str:
    """The name of our entries: ``trustmgr-<common name>-<16 digits of the SHA-256>``."""
    return certificates.safe_name(der).removesuffix(".crt")

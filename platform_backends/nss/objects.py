"""The rows of an NSS database: PKCS #11 objects, one column ``a<hex>`` for each attribute.

The numbers are those of NSS's pkcs11t.h and pkcs11n.h, four bytes, big-endian.
"""

from __future__ import annotations

CERTIFICATES, KEYS = "cert9.db", "key4.db"

CLASS, LABEL, VALUE = "a0", "a3", "a11"
CERTIFICATE_TYPE, ISSUER, SERIAL = "a80", "a81", "a82"

CERTIFICATE_CLASS = bytes.fromhex("00000001")
TRUST_CLASS = bytes.fromhex("ce534353")  # CKO_NSS_TRUST
X509 = bytes.fromhex("00000000")

SERVER_AUTH, CLIENT_AUTH = "ace536358", "ace536359"
CODE_SIGNING, EMAIL = "ace53635a", "ace53635b"
CERTIFICATE_SHA1 = "ace5363b4"

TRUSTED = bytes.fromhex("ce534351")  # CKT_NSS_TRUSTED: this very certificate
TRUSTED_CA = bytes.fromhex("ce534352")  # CKT_NSS_TRUSTED_DELEGATOR
NOT_TRUSTED = bytes.fromhex("ce53435a")


def signatures_of(identity: int) -> str:
    """A GLOB for the signatures of one object in key4.db's table metaData."""
    return f"sig_cert_{identity:08x}_*"

"""A certificate with the purposes it is trusted for, as OpenSSL writes it (``BEGIN TRUSTED CERTIFICATE``).

openssl-x509(1), "Trust Settings"; the structure is X509_CERT_AUX of OpenSSL: a SEQUENCE whose first
element lists the purposes. p11-kit extracts such an authority for these purposes alone.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from platform_backends import certificates
from platform_backends.base import Decision, Purpose, Trust

#: id-kp (RFC 5280 section 4.2.1.12), without its last arc, as a DER element of ten bytes.
_ID_KP = bytes.fromhex("06082b060105050703")
_LAST = {
    Purpose.SERVER_AUTH: 1,
    Purpose.CLIENT_AUTH: 2,
    Purpose.CODE_SIGNING: 3,
    Purpose.EMAIL: 4,
}
_LINE = 64


def text(der: bytes, trust: Trust) -> bytes:
    """The file for a certificate: plain when it is trusted for everything."""
    if trust == Trust.everything(Decision.TRUSTED):
        return certificates.pem(der)
    oids = b"".join(_ID_KP + bytes([_LAST[purpose]]) for purpose in trusted_for(trust))
    listed = b"\x30" + bytes([len(oids)]) + oids
    body = base64.b64encode(der + b"\x30" + bytes([len(listed)]) + listed)
    lines = [body[at : at + _LINE] for at in range(0, len(body), _LINE)]
    label = b"TRUSTED CERTIFICATE-----"
    return b"\n".join([b"-----BEGIN " + label, *lines, b"-----END " + label, b""])


def trusted_for(trust: Trust) -> Sequence[Purpose]:
    """The purposes that are trusted."""
    return [purpose for purpose in Purpose if trust.decision(purpose) is Decision.TRUSTED]


def forms() -> Sequence[Trust]:
    """Every trust that a file of ours can stand for."""
    purposes = list(Purpose)
    return [
        Trust.for_purposes([p for at, p in enumerate(purposes) if chosen >> at & 1])
        for chosen in range(1, 1 << len(purposes))
    ]

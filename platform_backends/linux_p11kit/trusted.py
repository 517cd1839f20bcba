"""A certificate with the purposes it is trusted for, as OpenSSL writes it (``BEGIN TRUSTED CERTIFICATE``).

openssl-x509(1), "Trust Settings"; the structure is X509_CERT_AUX of OpenSSL: a SEQUENCE whose first
element lists the purposes. p11-kit extracts such an authority for these purposes alone.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from platform_backends import certificates, der
from platform_backends.base import Decision, Purpose, Trust

#: id-kp (RFC 5280 section 4.2.1.12).
_IDS = {
    Purpose.SERVER_AUTH: "1.3.6.1.5.5.7.3.1",
    Purpose.CLIENT_AUTH: "1.3.6.1.5.5.7.3.2",
    Purpose.CODE_SIGNING: "1.3.6.1.5.5.7.3.3",
    Purpose.EMAIL: "1.3.6.1.5.5.7.3.4",
}
_LINE = 64


def text(certificate: bytes, trust: Trust) -> bytes:
    """The file for a certificate (DER): plain when it is trusted for everything."""
    if trust == Trust.everything(Decision.TRUSTED):
        return certificates.pem(certificate)
    ids = (der.oid(_IDS[purpose]) for purpose in trusted_for(trust))
    body = base64.b64encode(certificate + der.write(der.SEQUENCE, der.write(der.SEQUENCE, *ids)))
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

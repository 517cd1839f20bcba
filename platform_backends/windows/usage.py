"""Trust as Windows keeps it: an entry's usages (CERT_ENHKEY_USAGE_PROP_ID, DER of RFC 5280 4.2.1.12).

Without the property an entry counts for everything, with an empty list for nothing
(learn.microsoft.com, CertGetEnhancedKeyUsage).
"""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from platform_backends.base import Decision, Purpose, Trust, TrustNotSupported

EVERYTHING = Trust.everything(Decision.TRUSTED)
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)

_OIDS = {
    Purpose.SERVER_AUTH: ExtendedKeyUsageOID.SERVER_AUTH,
    Purpose.CLIENT_AUTH: ExtendedKeyUsageOID.CLIENT_AUTH,
    Purpose.EMAIL: ExtendedKeyUsageOID.EMAIL_PROTECTION,
    Purpose.CODE_SIGNING: ExtendedKeyUsageOID.CODE_SIGNING,
}
_NOTHING = b"\x30\x00"


def effective(wanted: Trust) -> Trust:
    """The wish; a distrust of one purpose is one of all, since Windows has no narrower one.

    Raises `TrustNotSupported` for no wish at all, and for trust together with distrust.
    """
    decisions = {wanted.decision(purpose) for purpose in Purpose} - {Decision.UNSPECIFIED}
    if decisions == {Decision.DISTRUSTED}:
        return DISTRUSTED
    if decisions == {Decision.TRUSTED}:
        return wanted
    if not decisions:
        raise TrustNotSupported(
            "No purpose was named.", "Say what the certificate is to be trusted for."
        )
    raise TrustNotSupported(
        "Windows distrusts a certificate for everything or not at all.",
        "Ask for the same decision for every purpose.",
    )


def encode(trust: Trust) -> bytes | None:
    """The property for this trust; None: no property."""
    if trust == EVERYTHING:
        return None
    oids = [oid for purpose, oid in _OIDS.items() if trust.decision(purpose) is Decision.TRUSTED]
    return x509.ExtendedKeyUsage(oids).public_bytes() if oids else _NOTHING


def decode(usage: bytes | None) -> Trust:
    """The reverse. What cannot be read is trusted for nothing that we know of."""
    if usage is None:
        return EVERYTHING
    listed = _identifiers(usage)
    if _encoded(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE) in listed:
        return EVERYTHING
    return Trust.for_purposes([p for p, oid in _OIDS.items() if _encoded(oid) in listed])


def _encoded(oid: x509.ObjectIdentifier) -> bytes:
    return x509.ExtendedKeyUsage([oid]).public_bytes()[2:]


def _identifiers(usage: bytes) -> set[bytes]:
    """The encoded object identifiers of a SEQUENCE, each with tag and length."""
    at = {0x81: 3, 0x82: 4}.get(usage[1], 2) if len(usage) > 1 and usage[0] == 0x30 else len(usage)
    found = set()
    while at + 1 < len(usage):
        end = at + 2 + usage[at + 1]
        found.add(usage[at:end])
        at = end
    return found

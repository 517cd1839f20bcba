"""Which certificate belongs into which store: the choice that the import wizard gets wrong.

Windows looks for anchors in Root and for what leads to them in CA; a root in CA is trusted by nobody,
and an intermediate in Root is an anchor that nobody meant (and more than some servers can list).
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509

from platform_backends import certificates
from platform_backends.base import TrustNotSupported
from platform_backends.windows.places import Kind, Place


def shelf_of(der: bytes) -> Kind | None:
    """Root for what is its own issuer (a CA or one site's certificate), CA for an intermediate.

    None for one that a CA issued to a site: Windows has no place where trusting it alone would help.
    """
    certificate = x509.load_der_x509_certificate(der)
    if certificate.subject == certificate.issuer:
        return Kind.ROOT
    return Kind.CA if certificates.is_authority(der) else None


_ITS_CA = "Import the CA that issued it."
#: Store and what the certificate is -> why not, and where instead.
_WRONG: Mapping[tuple[Kind, Kind | None], tuple[str, Kind | None]] = {
    (Kind.ROOT, Kind.CA): (
        "This is an intermediate CA; as a root it would be trusted by itself, whatever becomes of the "
        "root above it.",
        Kind.CA,
    ),
    (Kind.ROOT, None): (
        "A CA issued this certificate; Windows would not take it for a root.",
        None,
    ),
    (Kind.CA, Kind.ROOT): (
        "This certificate is its own issuer; among the intermediates it would have no effect.",
        Kind.ROOT,
    ),
    (Kind.CA, None): ("This is not the certificate of a CA, so it leads to nothing.", None),
}


def refuse_wrong(place: Place, der: bytes) -> None:
    """Raises `TrustNotSupported` when the certificate would be of no use in this store, or worse."""
    right = shelf_of(der)
    wrong = _WRONG.get((place.kind, right))
    if place.kind is Kind.TRUSTED_PEOPLE and certificates.is_authority(der):
        wrong = ("Trusted People is for single sites and people, not for CAs.", right)
    if wrong is not None:
        sentence, better = wrong
        instead = f"Import it into {Place(better, place.scope).id}." if better else _ITS_CA
        raise TrustNotSupported(sentence, instead)

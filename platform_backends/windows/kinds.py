"""Which certificate belongs into which store: the choice that the import wizard gets wrong.

Windows looks for anchors in Root and for what leads to them in CA; a root in CA is trusted by nobody,
and an intermediate in Root is an anchor that nobody meant (and more than some servers can list).
"""

from __future__ import annotations

from cryptography import x509

from platform_backends.base import Scope, TrustNotSupported
from platform_backends.windows.places import Kind, Place


def suits(place: Place, der: bytes) -> bool:
    """Whether this is where the certificate goes unless the user says otherwise: the user's own store."""
    return place.scope is Scope.USER and place.kind is shelf_of(der)


def shelf_of(der: bytes) -> Kind | None:
    """Root for what is its own issuer (a CA or one site's certificate), CA for an intermediate.

    None for one that a CA issued to a site: Windows has no place where trusting it alone would help.
    """
    certificate = x509.load_der_x509_certificate(der)
    if certificate.subject == certificate.issuer:
        return Kind.ROOT
    return Kind.CA if _is_ca(certificate) else None


def refuse_wrong(place: Place, der: bytes) -> None:
    """Raises `TrustNotSupported` when the certificate would be of no use in this store, or worse."""
    right = shelf_of(der)
    wrong = {
        (Kind.ROOT, Kind.CA): (
            "This is an intermediate CA; as a root it would be trusted by itself, whatever becomes of "
            "the root above it.",
            f"Import it into {_sibling(place, Kind.CA)}, and its root into {place.id}.",
        ),
        (Kind.ROOT, None): (
            "A CA issued this certificate; Windows would not take it for a root.",
            "Import the CA that issued it.",
        ),
        (Kind.CA, Kind.ROOT): (
            "This certificate is its own issuer; among the intermediates it would have no effect.",
            f"Import it into {_sibling(place, Kind.ROOT)}.",
        ),
        (Kind.CA, None): (
            "This is not the certificate of a CA, so it leads to nothing.",
            "Import the CA that issued it.",
        ),
        (Kind.TRUSTED_PEOPLE, Kind.CA): (
            "Trusted People is for single sites and people, not for CAs.",
            f"Import it into {_sibling(place, Kind.CA)}.",
        ),
    }.get((place.kind, right))
    if wrong is None and place.kind is Kind.TRUSTED_PEOPLE and _is_ca_der(der):
        wrong = (
            "Trusted People is for single sites and people, not for CAs.",
            f"Import it into {_sibling(place, Kind.ROOT)}.",
        )
    if wrong is not None:
        raise TrustNotSupported(*wrong)


def _sibling(place: Place, kind: Kind) -> str:
    return Place(kind, place.scope).id


def _is_ca_der(der: bytes) -> bool:
    return _is_ca(x509.load_der_x509_certificate(der))


def _is_ca(certificate: x509.Certificate) -> bool:
    """RFC 5280 section 4.2.1.9. What cannot be read is none."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False

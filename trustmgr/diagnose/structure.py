"""What RFC 5280 and the Baseline Requirements ask of a certificate's own form.

Clients differ in how much of this they enforce, and sites live with it. It is judged where standards
are what was asked about: for files, against authorities that the user named (`Case.by_the_standards`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509

from trustmgr import der
from trustmgr.certificate import Certificate

_MOST_SERIAL = 1 << 159  # 20 octets with the sign (RFC 5280 section 4.1.2.2)
#: YYMMDDHHMMSSZ and YYYYMMDDHHMMSSZ (RFC 5280 section 4.1.2.5). That a year before 2050 is a UTCTime
#: is asked of authorities alone.
_LENGTHS = {der.UTC_TIME: 13, der.GENERALIZED_TIME: 15}


@dataclass(frozen=True)
class Place:
    """A certificate with its neighbours in the path; `above` is None at the end."""

    certificate: Certificate
    below: Certificate | None
    above: Certificate | None
    is_anchor: bool


@dataclass(frozen=True)
class Defect:
    """What is wrong, as the end of "The certificate ...", and the rule that says so."""

    words: str
    rule: str


@lru_cache(maxsize=256)
def envelope_defect(certificate: Certificate) -> Defect | None:
    """What is wrong around that which is signed. Every client refuses it, for sites too."""
    try:
        _, (_, outside), (_, signature) = der.sequence(certificate.der)
        inside = _fields(certificate)[1][1]
    except ValueError:
        return Defect("is not encoded in DER", "RFC 5280 section 4.1")
    if inside != outside:
        return Defect("names two different signature algorithms", "RFC 5280 section 4.1.1.2")
    if signature[:1] != b"\0":
        return Defect(
            "has a signature that is not made of whole octets", "RFC 5280 section 4.1.1.3"
        )
    return None


def defects(place: Place) -> Iterator[Defect]:
    """Everything that the standards hold against a certificate at this place of a path."""
    certificate = place.certificate
    for extension in () if certificate.problems else certificate.x509.extensions:
        yield from _extension(place, extension.value, extension.critical)
    if not place.is_anchor:
        yield from _identity(place)
        yield from _key_identifiers(place)
    yield from _validity(certificate)


def _extension(place: Place, value: x509.ExtensionType, critical: bool) -> Iterator[Defect]:
    match value:
        case x509.AuthorityKeyIdentifier():
            yield from _authority_key(place, value, critical)
        case x509.SubjectKeyIdentifier() if critical:
            yield Defect("marks subjectKeyIdentifier as critical", "RFC 5280 section 4.2.1.2")
        case x509.AuthorityInformationAccess() if critical:
            yield Defect("marks authorityInfoAccess as critical", "RFC 5280 section 4.2.2.1")
        case x509.SubjectAlternativeName():
            yield from _alternative_names(place, critical)
        case x509.BasicConstraints() if place.is_anchor and not critical:
            yield Defect("does not mark basicConstraints as critical", "RFC 5280 section 4.2.1.9")
        case x509.KeyUsage() if value.key_cert_sign and not place.certificate.is_ca:
            yield Defect(
                "may sign certificates without being an authority", "RFC 5280 section 4.2.1.9"
            )
        case x509.NameConstraints():
            yield from _name_constraints(place, value)


def _identity(place: Place) -> Iterator[Defect]:
    certificate = place.certificate
    if certificate.x509.version is not x509.Version.v3:
        yield Defect("is not of version 3", "Baseline Requirements section 7.1.1")
    if certificate.x509.serial_number >= _MOST_SERIAL:
        yield Defect("has a serial number of more than 20 octets", "RFC 5280 section 4.1.2.2")
    if not certificate.x509.issuer.rdns:
        yield Defect("names no issuer", "RFC 5280 section 4.1.2.4")
    if place.below is not None and not certificate.x509.subject.rdns:
        yield Defect("is of an authority without a name", "RFC 5280 section 4.1.2.6")
    if place.below is not None and not _has(certificate, x509.KeyUsage):
        yield Defect("does not say what its key may do", "RFC 5280 section 4.2.1.3")


def _key_identifiers(place: Place) -> Iterator[Defect]:
    """RFC 5280 sections 4.2.1.1 and 4.2.1.2: where an authority uses key identifiers, all must."""
    certificate, above, below = place.certificate, place.above, place.below
    if (
        above is not None
        and above.subject_key_identifier
        and not _has(certificate, x509.AuthorityKeyIdentifier)
    ):
        yield Defect("does not name its issuer's key", "RFC 5280 section 4.2.1.1")
    if (
        below is not None
        and below.authority_key_identifier
        and not _has(certificate, x509.SubjectKeyIdentifier)
    ):
        yield Defect("does not name its own key", "RFC 5280 section 4.2.1.2")


def _authority_key(
    place: Place, value: x509.AuthorityKeyIdentifier, critical: bool
) -> Iterator[Defect]:
    if critical:
        yield Defect("marks authorityKeyIdentifier as critical", "RFC 5280 section 4.2.1.1")
    if value.key_identifier is None:
        yield Defect("names its issuer's key without an identifier", "RFC 5280 section 4.2.1.1")
    own = place.certificate.subject_key_identifier
    root = place.is_anchor and place.certificate.self_issued
    if root and own and value.key_identifier not in (None, own):
        yield Defect("is a root that names another key as its issuer's", "RFC 5280 section 4.2.1.1")


def _alternative_names(place: Place, critical: bool) -> Iterator[Defect]:
    named = bool(place.certificate.x509.subject.rdns)
    if place.below is None and critical == named:
        words = "although it has a subject" if critical else "although it has no subject"
        kind = "critical" if critical else "not critical"
        yield Defect(f"marks subjectAltName as {kind} {words}", "RFC 5280 section 4.2.1.6")


def _name_constraints(place: Place, value: x509.NameConstraints) -> Iterator[Defect]:
    if not place.certificate.is_ca:
        yield Defect("limits names without being an authority", "RFC 5280 section 4.2.1.10")
    subtrees = [*(value.permitted_subtrees or ()), *(value.excluded_subtrees or ())]
    if not subtrees:
        yield Defect("limits names without naming any", "RFC 5280 section 4.2.1.10")
    if any(isinstance(s, x509.DNSName) and s.value.startswith(".") for s in subtrees):
        yield Defect("limits host names with a leading period", "RFC 5280 section 4.2.1.10")


def _validity(certificate: Certificate) -> Iterator[Defect]:
    try:
        times = _times(certificate)
    except ValueError:
        yield Defect("has a validity that cannot be read", "RFC 5280 section 4.1.2.5")
        return
    for tag, text in times:
        if len(text) != _LENGTHS.get(tag) or not text.endswith(b"Z"):
            yield Defect("writes its validity in the wrong form", "RFC 5280 section 4.1.2.5")
            return


def _has(certificate: Certificate, kind: type[x509.ExtensionType]) -> bool:
    return bool(certificate.problems) or certificate.extension(kind) is not None


def _times(certificate: Certificate) -> tuple[tuple[int, bytes], tuple[int, bytes]]:
    start, end = der.fields(_fields(certificate)[3][1])
    return start, end


@lru_cache(maxsize=256)  # what issued many certificates is looked at for each of them
def _fields(certificate: Certificate) -> tuple[tuple[int, bytes], ...]:
    """Of TBSCertificate from serialNumber on (RFC 5280 section 4.1); the version may be missing."""
    fields = tuple(der.sequence(certificate.x509.tbs_certificate_bytes))
    return fields[1:] if fields[0][0] != der.INTEGER else fields

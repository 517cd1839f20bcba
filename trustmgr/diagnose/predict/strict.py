"""What OpenSSL asks for besides with X509_V_FLAG_X509_STRICT, as Python does since 3.13.

Source: check_extensions() in OpenSSL's crypto/x509/x509_vfy.c, which cites RFC 5280 section 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cryptography import x509

from trustmgr.certificate import Certificate


def faults(chain: Sequence[Certificate]) -> Iterator[str]:
    """What is wrong with a chain, leaf first; one certificate alone is not looked at."""
    for index, certificate in enumerate(chain if len(chain) > 1 else ()):
        if not certificate.problems:
            yield from _basics(certificate)
            yield from _names(certificate)
            if certificate.x509.version is x509.Version.v3:
                yield from _key_identifiers(certificate, last=index + 1 == len(chain))


def _basics(certificate: Certificate) -> Iterator[str]:
    constraints = certificate.extension(x509.BasicConstraints)
    usage = certificate.extension(x509.KeyUsage)
    if constraints is not None and constraints.ca:
        if not _critical(certificate, x509.BasicConstraints):
            yield "basicConstraints is not critical"
        if usage is None:
            yield "keyUsage is missing"
        elif constraints.path_length is not None and not usage.key_cert_sign:
            yield "pathLenConstraint without keyCertSign"
    elif usage is not None and usage.key_cert_sign:
        yield "keyCertSign without CA:TRUE"


def _names(certificate: Certificate) -> Iterator[str]:
    alternative = certificate.extension(x509.SubjectAlternativeName)
    if not certificate.x509.issuer.rdns:
        yield "the issuer is empty"
    if not certificate.x509.subject.rdns and (
        certificate.is_ca
        or alternative is None
        or not _critical(certificate, x509.SubjectAlternativeName)
    ):
        yield "the subject is empty"
    if alternative is not None and not list(alternative):
        yield "subjectAltName is empty"


def _key_identifiers(certificate: Certificate, *, last: bool) -> Iterator[str]:
    if not last and certificate.authority_key_identifier is None:
        yield "authorityKeyIdentifier is missing"
    if certificate.is_ca and certificate.subject_key_identifier is None:
        yield "subjectKeyIdentifier is missing"
    for kind in (x509.AuthorityKeyIdentifier, x509.SubjectKeyIdentifier):
        if _critical(certificate, kind):
            yield "a key identifier is critical"


def _critical(certificate: Certificate, kind: type[x509.ExtensionType]) -> bool:
    return any(e.critical and isinstance(e.value, kind) for e in certificate.x509.extensions)

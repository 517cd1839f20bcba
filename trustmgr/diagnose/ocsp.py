"""What one OCSP response proves about one certificate (RFC 6960).

It counts when the issuer signed it, or a responder that the issuer appointed, when it is about this
certificate, and when it is fresh. Everything else is no answer, never a "good".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from trustmgr.certificate import Certificate
from trustmgr.diagnose.answer import SKEW, Answer, Status, worst
from trustmgr.diagnose.crl import listed
from trustmgr.text import inert

if TYPE_CHECKING:
    from cryptography.x509 import ocsp

#: Responders that are looked at in one response; real ones bring one.
_MOST_RESPONDERS = 8
#: How long an answer without nextUpdate holds: as in mozilla::pkix (lib/mozpkix/lib/pkixocsp.cpp).
_WITHOUT_END = timedelta(days=1)
_FORGEABLE = frozenset({"md2", "md4", "md5"})
#: What responders say instead of an answer (RFC 6960 section 2.3).
_REFUSALS = {
    "MALFORMED_REQUEST": "did not understand the question",
    "INTERNAL_ERROR": "has an internal error",
    "TRY_LATER": "is busy and asks to try later",
    "SIG_REQUIRED": "answers signed questions only",
    "UNAUTHORIZED": "has no answer about this certificate (unauthorized)",
}


def judge_ocsp(
    body: bytes,
    where: str,
    certificate: Certificate,
    issuer: Certificate,
    at: datetime,
    *,
    lists: Sequence[bytes] = (),
) -> Answer:
    """What one response proves. `lists` are revocation lists at hand (DER): a responder on one of the
    issuer's is not believed, unless its certificate says not to check (id-pkix-ocsp-nocheck)."""
    from cryptography.x509 import ocsp

    try:
        response = ocsp.load_der_ocsp_response(body)
        status = response.response_status
        if status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            words = _REFUSALS.get(status.name, status.name.lower())
            return Answer(Status.UNAVAILABLE, f"{where} {words}")
        if not signed_by_issuer(response, issuer, at, lists):
            return Answer(Status.UNAVAILABLE, f"{where}: the answer is not signed by the issuer")
        if response.produced_at_utc > at + SKEW:
            return Answer(Status.UNAVAILABLE, f"{where}: the answer comes from the future")
        found = list(_singles(response, where, certificate, issuer, at))
    except Exception as error:  # cryptography raises several unrelated classes here
        words = inert(str(error), 80)
        return Answer(Status.UNAVAILABLE, f"{where}: unreadable answer ({words})")
    return worst(found) or Answer(
        Status.UNAVAILABLE, f"{where}: the answer is about another certificate"
    )


def signed_by_issuer(
    response: ocsp.OCSPResponse, issuer: Certificate, at: datetime, lists: Sequence[bytes] = ()
) -> bool:
    """Signed by the issuer itself, or by a certificate that the issuer made for this purpose
    (id-kp-OCSPSigning, RFC 6960 section 4.2.2.2)."""
    if _made_by(issuer.x509, response):
        return True
    return any(
        _appointed(responder, issuer, at, lists) and _made_by(responder.x509, response)
        for responder in _responders(response)
    )


def _made_by(signer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    from trustmgr.signature import verifies_signature

    digest = response.signature_hash_algorithm
    if digest is not None and digest.name in _FORGEABLE:
        return False
    return verifies_signature(signer, response.signature, response.tbs_response_bytes, digest)


def _responders(response: ocsp.OCSPResponse) -> Iterator[Certificate]:
    for parsed in response.certificates[:_MOST_RESPONDERS]:
        yield Certificate(b"", parsed=parsed)


def _appointed(
    responder: Certificate, issuer: Certificate, at: datetime, lists: Sequence[bytes]
) -> bool:
    usages = responder.extension(x509.ExtendedKeyUsage)
    usage = responder.extension(x509.KeyUsage)
    return (
        usages is not None
        and ExtendedKeyUsageOID.OCSP_SIGNING in usages
        and (usage is None or usage.digital_signature or usage.content_commitment)
        and responder.issuer_key == issuer.subject_key
        and responder.not_before <= at <= responder.not_after
        and responder.signed_by(issuer)
        and not _called_back(responder, issuer, at, lists)
    )


def _called_back(
    responder: Certificate, issuer: Certificate, at: datetime, lists: Sequence[bytes]
) -> bool:
    """RFC 6960 section 4.2.2.2.1. Without a list at hand nobody can be asked who would not be a
    responder again, and clients then believe it."""
    if responder.extension(x509.OCSPNoCheck) is not None:
        return False
    return any(listed(body, responder, issuer, at) for body in lists)


def _singles(
    response: ocsp.OCSPResponse,
    where: str,
    certificate: Certificate,
    issuer: Certificate,
    at: datetime,
) -> Iterator[Answer]:
    """What each part of the response that is about this certificate of this issuer says."""
    from cryptography.exceptions import UnsupportedAlgorithm

    for single in response.responses:
        try:
            about = _about(single, certificate, issuer)
        except UnsupportedAlgorithm:  # a CertID with a hash that nobody knows
            continue
        if about:
            yield _one(single, where, at)


def _one(single: ocsp.OCSPSingleResponse, where: str, at: datetime) -> Answer:
    from cryptography.x509 import ocsp

    start, end = single.this_update_utc, single.next_update_utc
    if start > at + SKEW:
        return Answer(Status.UNAVAILABLE, f"{where}: the answer comes from the future")
    if at > (end if end is not None else start + _WITHOUT_END) + SKEW:
        return Answer(Status.UNAVAILABLE, f"{where}: the answer is out of date")
    if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        reason = single.revocation_reason
        said = f", reason {reason.value}" if reason else ""
        return Answer(Status.REVOKED, f"{where} says revoked{said}.", single.revocation_time_utc)
    if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return Answer(Status.GOOD, f"{where} says good.")
    return Answer(Status.UNKNOWN, f"{where} does not know this certificate")


def _about(single: ocsp.OCSPSingleResponse, certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the CertID is that of this certificate of this issuer (RFC 6960 section 4.1.1)."""
    from cryptography.x509 import ocsp

    if single.serial_number != certificate.x509.serial_number:
        return False
    builder = ocsp.OCSPRequestBuilder()
    asked = builder.add_certificate(certificate.x509, issuer.x509, single.hash_algorithm).build()
    return (single.issuer_name_hash, single.issuer_key_hash) == (
        asked.issuer_name_hash,
        asked.issuer_key_hash,
    )

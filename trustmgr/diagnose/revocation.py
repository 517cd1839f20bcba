"""What OCSP answers and CRLs prove about the certificates of a path (RFC 6960, RFC 5280 section 5).

An answer counts only when the issuer, or a responder that the issuer appointed, signed it, when it
is about this certificate, and when it is fresh. Everything else is no answer, never a "good".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from trustmgr.certificate import Certificate
from trustmgr.diagnose.answer import Answer, Status, fresh
from trustmgr.diagnose.crl import crl_signers, judge_crl
from trustmgr.text import inert

if TYPE_CHECKING:
    from cryptography.x509 import ocsp

    from trustmgr.diagnose.case import Case


def statuses(case: Case) -> Iterator[tuple[int, Answer]]:
    """For each certificate below the end of the path about which something was asked or stapled."""
    for index, certificate in enumerate(case.chain[:-1]):
        answers = list(_answers(case, index, certificate, case.chain[index + 1]))
        if not answers:
            continue
        best = next((a for a in answers if a.kind is Status.REVOKED), None)
        best = best or next((a for a in answers if a.kind is Status.GOOD), None)
        failed = "; ".join(a.proof for a in answers)
        yield index, best or Answer(Status.UNAVAILABLE, failed)


def _answers(
    case: Case, index: int, certificate: Certificate, issuer: Certificate
) -> Iterator[Answer]:
    attempt = case.attempt
    if index == 0 and attempt is not None and attempt.stapled_ocsp:
        yield judge_ocsp(attempt.stapled_ocsp, "stapled answer", certificate, issuer, case.at)
    for fetched in case.evidence.ocsp:
        if fetched.certificate == certificate.sha256:
            if fetched.body is None:
                yield Answer(
                    Status.UNAVAILABLE, f"{inert(fetched.url)}: {inert(fetched.failure_text)}"
                )
            else:
                yield judge_ocsp(fetched.body, inert(fetched.url), certificate, issuer, case.at)
    for fetched in case.evidence.crls:
        if fetched.certificate == certificate.sha256:
            if fetched.body is None:
                yield Answer(
                    Status.UNAVAILABLE, f"{inert(fetched.url)}: {inert(fetched.failure_text)}"
                )
            else:
                signers = crl_signers(case.chain, index, case.sent, case.at)
                yield judge_crl(fetched.body, inert(fetched.url), certificate, signers, case.at)


def judge_ocsp(
    body: bytes, where: str, certificate: Certificate, issuer: Certificate, at: datetime
) -> Answer:
    """What one OCSP response proves."""
    from cryptography.x509 import ocsp

    try:
        response = ocsp.load_der_ocsp_response(body)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return Answer(
                Status.UNAVAILABLE, f"{where} answers {response.response_status.name.lower()}"
            )
        if not _signed(response, issuer, at):
            return Answer(Status.UNAVAILABLE, f"{where}: the answer is not signed by the issuer")
        return _single(response, where, certificate, issuer, at)
    except (ValueError, TypeError) as error:
        return Answer(Status.UNAVAILABLE, f"{where}: unreadable answer ({inert(str(error), 80)})")


def _single(
    response: ocsp.OCSPResponse,
    where: str,
    certificate: Certificate,
    issuer: Certificate,
    at: datetime,
) -> Answer:
    """The part of the response that is about this certificate of this issuer."""
    from cryptography.x509 import ocsp

    for single in response.responses:
        if not _about(single, certificate, issuer):
            continue
        if not fresh(single.this_update_utc, single.next_update_utc, at):
            return Answer(Status.UNAVAILABLE, f"{where}: the answer is out of date")
        if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            when = single.revocation_time_utc
            reason = single.revocation_reason
            said = f", reason {reason.value}" if reason else ""
            return Answer(Status.REVOKED, f"{where} says revoked{said}.", when)
        if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
            return Answer(Status.GOOD, f"{where} says good.")
        return Answer(Status.UNAVAILABLE, f"{where} does not know this certificate")
    return Answer(Status.UNAVAILABLE, f"{where}: the answer is about another certificate")


def _about(single: ocsp.OCSPSingleResponse, certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the CertID is that of this certificate of this issuer (RFC 6960 section 4.1.1)."""
    from cryptography.x509 import ocsp

    builder = ocsp.OCSPRequestBuilder()
    asked = builder.add_certificate(certificate.x509, issuer.x509, single.hash_algorithm).build()
    return (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) == (
        asked.serial_number,
        asked.issuer_name_hash,
        asked.issuer_key_hash,
    )


def _signed(response: ocsp.OCSPResponse, issuer: Certificate, at: datetime) -> bool:
    """Signed by the issuer itself, or by a certificate that the issuer made for this purpose
    (id-kp-OCSPSigning, RFC 6960 section 4.2.2.2)."""
    from trustmgr.signature import verifies_signature

    def made_by(signer: x509.Certificate) -> bool:
        return verifies_signature(
            signer,
            response.signature,
            response.tbs_response_bytes,
            response.signature_hash_algorithm,
        )

    if made_by(issuer.x509):
        return True
    for candidate in response.certificates[:8]:
        responder = Certificate(b"", parsed=candidate)
        usages = responder.extension(x509.ExtendedKeyUsage)
        appointed = usages is not None and ExtendedKeyUsageOID.OCSP_SIGNING in usages
        if (
            appointed
            and responder.issuer_der == issuer.subject_der
            and responder.not_before <= at <= responder.not_after
            and responder.signed_by(issuer)
            and made_by(candidate)
        ):
            return True
    return False

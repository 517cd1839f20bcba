"""Only a fresh answer, signed by the issuer or its responder, about this certificate counts."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.making import NOW, Made, chain, make
from trustmgr.certificate import Certificate
from trustmgr.diagnose.answer import Status
from trustmgr.diagnose.crl import judge_crl
from trustmgr.diagnose.ocsp import judge_ocsp

DAY = dt.timedelta(days=1)
LEAF, ISSUER, ROOT = chain()
RESPONDER = make("Responder", ISSUER, usages=(ExtendedKeyUsageOID.OCSP_SIGNING,), names=())
STRANGER = make("Stranger", ca=True)


def response(
    *,
    about: Made = LEAF,
    issuer: Made = ISSUER,
    signer: Made = ISSUER,
    revoked: bool = True,
    updated: dt.datetime = NOW,
    certificates: tuple[Made, ...] = (),
) -> bytes:
    status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            about.certificate,
            issuer.certificate,
            hashes.SHA1(),
            status,
            updated,
            updated + DAY,
            NOW - DAY if revoked else None,
            x509.ReasonFlags.key_compromise if revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    )
    if certificates:
        builder = builder.certificates([made.certificate for made in certificates])
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def ocsp_status(body: bytes) -> Status:
    return judge_ocsp(body, "test", Certificate(LEAF.der), Certificate(ISSUER.der), NOW).kind


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (response(), Status.REVOKED),
        (response(revoked=False), Status.GOOD),
        (response(signer=RESPONDER, certificates=(RESPONDER,)), Status.REVOKED),
        (response(signer=RESPONDER), Status.UNAVAILABLE),
        (response(signer=STRANGER, certificates=(STRANGER,), revoked=False), Status.UNAVAILABLE),
        (response(signer=LEAF, certificates=(LEAF,), revoked=False), Status.UNAVAILABLE),
        (response(about=RESPONDER), Status.UNAVAILABLE),
        (response(issuer=ROOT, revoked=False), Status.UNAVAILABLE),
        (response(updated=NOW - 9 * DAY, revoked=False), Status.UNAVAILABLE),
        (response(updated=NOW + DAY, revoked=False), Status.UNAVAILABLE),
        (b"", Status.UNAVAILABLE),
        (b"<html>", Status.UNAVAILABLE),
    ],
)
def test_ocsp(body: bytes, status: Status) -> None:
    assert ocsp_status(body) is status


def crl(
    *,
    revoked: bool = True,
    signer: Made = ISSUER,
    issuer: Made = ISSUER,
    updated: dt.datetime = NOW,
    extra: tuple[x509.ExtensionType, ...] = (),
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(updated)
        .next_update(updated + DAY)
    )
    for value in extra:
        builder = builder.add_extension(value, critical=True)
    if revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(LEAF.certificate.serial_number)
            .revocation_date(NOW - DAY)
            .build()
        )
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (crl(), Status.REVOKED),
        (crl(revoked=False), Status.GOOD),
        (crl(signer=STRANGER), Status.UNAVAILABLE),
        (crl(signer=STRANGER, issuer=STRANGER), Status.UNAVAILABLE),
        (crl(updated=NOW - 9 * DAY), Status.UNAVAILABLE),
        (crl(extra=(x509.DeltaCRLIndicator(1),)), Status.UNAVAILABLE),
        (b"\x30\x03", Status.UNAVAILABLE),
    ],
)
def test_crl(body: bytes, status: Status) -> None:
    answer = judge_crl(body, "test", Certificate(LEAF.der), [Certificate(ISSUER.der)], NOW)
    assert answer.kind is status
    assert answer.proof

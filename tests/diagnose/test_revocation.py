"""Only a fresh answer, signed by the issuer or its responder, about this certificate counts."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.diagnose.test_rules import evidence
from tests.making import NOW, Made, chain, make
from trustmgr.certificate import Certificate
from trustmgr.diagnose import diagnose
from trustmgr.diagnose.answer import Answer, Status, worst
from trustmgr.diagnose.crl import judge_crl
from trustmgr.diagnose.ocsp import _singles, judge_ocsp
from trustmgr.evidence import Fetched
from trustmgr.findings import Finding, Severity

DAY = dt.timedelta(days=1)
LEAF, ISSUER, ROOT = chain()
RESPONDER = make("Responder", ISSUER, usages=(ExtendedKeyUsageOID.OCSP_SIGNING,), names=())
STRANGER = make("Stranger", ca=True)


NO_CHECK = make(
    "Responder without check",
    ISSUER,
    usages=(ExtendedKeyUsageOID.OCSP_SIGNING,),
    names=(),
    extra=((x509.OCSPNoCheck(), False),),
)
OVER = make(
    "Responder of last year",
    ISSUER,
    usages=(ExtendedKeyUsageOID.OCSP_SIGNING,),
    names=(),
    start=NOW - 90 * DAY,
    end=NOW - 30 * DAY,
)
SERVER = make("site.example", ISSUER)
#: Appointed by the root, not by the issuer.
ROOTS = make("Responder of the root", ROOT, usages=(ExtendedKeyUsageOID.OCSP_SIGNING,), names=())
#: Of the issuer's name, but a stranger signed it.
IMPOSTOR = make("Test Intermediate", ca=True, subject=ISSUER.certificate.subject, path_length=0)
POSER = make("Poser", IMPOSTOR, usages=(ExtendedKeyUsageOID.OCSP_SIGNING,), names=())

Said = ocsp.OCSPCertStatus


def response(
    *,
    about: Made = LEAF,
    issuer: Made = ISSUER,
    signer: Made = ISSUER,
    status: ocsp.OCSPCertStatus = Said.REVOKED,
    updated: dt.datetime = NOW,
    until: dt.datetime | None = NOW + DAY,
    certificates: tuple[Made, ...] = (),
    digest: hashes.HashAlgorithm | None = None,
) -> bytes:
    revoked = status is Said.REVOKED
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            about.certificate,
            issuer.certificate,
            digest or hashes.SHA1(),
            status,
            updated,
            until,
            NOW - DAY if revoked else None,
            x509.ReasonFlags.key_compromise if revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    )
    if certificates:
        builder = builder.certificates([made.certificate for made in certificates])
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    built = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
    return built.public_bytes(serialization.Encoding.DER)


def judged(body: bytes, lists: tuple[bytes, ...] = ()) -> Answer:
    return judge_ocsp(
        body, "test", Certificate(LEAF.der), Certificate(ISSUER.der), NOW, lists=lists
    )


GOOD = Said.GOOD
WRONG_BITS = response(status=GOOD)[:-6] + bytes(6)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (response(), Status.REVOKED, "key_?[cC]ompromise|keyCompromise"),
        (response(status=GOOD), Status.GOOD, "good"),
        (response(status=Said.UNKNOWN), Status.UNKNOWN, "does not know"),
        (response(digest=hashes.SHA256()), Status.REVOKED, ""),
        # who signed
        (response(signer=RESPONDER, certificates=(RESPONDER,)), Status.REVOKED, ""),
        (response(signer=NO_CHECK, certificates=(NO_CHECK,)), Status.REVOKED, ""),
        (response(signer=RESPONDER, certificates=(STRANGER, RESPONDER)), Status.REVOKED, ""),
        (response(signer=RESPONDER), Status.UNAVAILABLE, "not signed by"),
        (response(signer=OVER, certificates=(OVER,)), Status.UNAVAILABLE, "not signed by"),
        (response(signer=ROOTS, certificates=(ROOTS,)), Status.UNAVAILABLE, "not signed by"),
        (response(signer=SERVER, certificates=(SERVER,)), Status.UNAVAILABLE, "not signed by"),
        (response(signer=POSER, certificates=(POSER,)), Status.UNAVAILABLE, "not signed by"),
        (
            response(signer=POSER, certificates=(POSER, IMPOSTOR)),
            Status.UNAVAILABLE,
            "not signed by",
        ),
        (
            response(signer=STRANGER, certificates=(STRANGER,), status=GOOD),
            Status.UNAVAILABLE,
            "not signed by",
        ),
        (
            response(signer=STRANGER, certificates=(RESPONDER,), status=GOOD),
            Status.UNAVAILABLE,
            "not signed by",
        ),
        (
            response(signer=LEAF, certificates=(LEAF,), status=GOOD),
            Status.UNAVAILABLE,
            "not signed by",
        ),
        (WRONG_BITS, Status.UNAVAILABLE, "not signed by|unreadable"),
        # whom it is about
        (response(about=RESPONDER), Status.UNAVAILABLE, "another certificate"),
        (response(issuer=ROOT, status=GOOD), Status.UNAVAILABLE, "another certificate"),
        (response(issuer=IMPOSTOR, status=GOOD), Status.UNAVAILABLE, "another certificate"),
        # when
        (response(updated=NOW - 9 * DAY, until=NOW - DAY), Status.UNAVAILABLE, "out of date"),
        (
            response(updated=NOW + DAY, until=NOW + 2 * DAY, status=GOOD),
            Status.UNAVAILABLE,
            "future",
        ),
        (response(until=None, status=GOOD), Status.GOOD, ""),
        (
            response(updated=NOW - 9 * DAY, until=None, status=GOOD),
            Status.UNAVAILABLE,
            "out of date",
        ),
        # no answer at all
        (refusal(ocsp.OCSPResponseStatus.TRY_LATER), Status.UNAVAILABLE, "try later"),
        (refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED), Status.UNAVAILABLE, "unauthorized"),
        (refusal(ocsp.OCSPResponseStatus.INTERNAL_ERROR), Status.UNAVAILABLE, "internal error"),
        (refusal(ocsp.OCSPResponseStatus.SIG_REQUIRED), Status.UNAVAILABLE, "signed questions"),
        (refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST), Status.UNAVAILABLE, "understand"),
        (b"", Status.UNAVAILABLE, "unreadable"),
        (b"<html>", Status.UNAVAILABLE, "unreadable"),
        (response()[:-40], Status.UNAVAILABLE, "unreadable"),
        (response() + b"\0", Status.UNAVAILABLE, "unreadable"),
    ],
)
def test_ocsp(body: bytes, status: Status, words: str) -> None:
    answer = judged(body)
    assert answer.kind is status, answer.proof
    assert re.search(words, answer.proof), answer.proof


def test_a_responder_that_was_called_back_is_not_believed_unless_it_says_not_to_check() -> None:
    for responder, believed in ((RESPONDER, False), (NO_CHECK, True)):
        body = response(signer=responder, certificates=(responder,), status=GOOD)
        calling_back = crl(serial=responder.certificate.serial_number)
        assert judged(body).kind is Status.GOOD
        assert (judged(body, (calling_back,)).kind is Status.GOOD) is believed
        assert judged(body, (crl(),)).kind is Status.GOOD  # which lists another one
        forged = crl(serial=responder.certificate.serial_number, signer=STRANGER)
        assert judged(body, (forged,)).kind is Status.GOOD


class _Several:
    """Several single answers in one response, which the library reads but does not make."""

    def __init__(self, *bodies: bytes) -> None:
        loaded = [ocsp.load_der_ocsp_response(body) for body in bodies]
        self.responses = [single for one in loaded for single in one.responses]


@pytest.mark.parametrize(
    ("bodies", "status"),
    [
        ((response(about=RESPONDER, status=GOOD), response()), Status.REVOKED),
        ((response(status=GOOD), response()), Status.REVOKED),
        ((response(status=Said.UNKNOWN), response(status=GOOD)), Status.GOOD),
        (
            (response(updated=NOW - 9 * DAY, until=NOW - DAY), response(status=GOOD)),
            Status.GOOD,
        ),
        ((response(about=RESPONDER, status=GOOD),), None),
    ],
)
def test_several_answers_in_one(bodies: tuple[bytes, ...], status: Status | None) -> None:
    found = worst(
        _singles(
            _Several(*bodies),  # type: ignore[arg-type]
            "test",
            Certificate(LEAF.der),
            Certificate(ISSUER.der),
            NOW,
        )
    )
    assert (found.kind if found else None) is status


def finding(**answers: object) -> Finding:
    """The one finding about revocation of a good site with these answers."""
    seen = evidence((LEAF, ISSUER), (ROOT,), **answers)
    (found,) = diagnose(seen).findings
    return found


URL = "http://ca.example/"


def test_unknown_unusable_and_unreachable_are_told_apart_and_are_never_good() -> None:
    said = {}
    for name, fetched in {
        "unknown": Fetched(URL, response(status=Said.UNKNOWN), certificate=LEAF.sha256),
        "unusable": Fetched(URL, b"<html>", certificate=LEAF.sha256),
        "unreachable": Fetched(URL, failure_text="no answer in time", certificate=LEAF.sha256),
    }.items():
        found = finding(ocsp=(fetched,))
        assert found.cause == "revocation-unavailable"
        assert found.severity is Severity.WARNING
        said[name] = found.detail
    assert "is not known to its own issuer" in said["unknown"]
    assert "proves nothing" in said["unusable"]
    assert "nobody could be reached" in said["unreachable"]


def test_a_list_helps_where_the_responder_does_not() -> None:
    broken = Fetched(URL, b"<html>", certificate=LEAF.sha256)
    good = Fetched(URL, crl(revoked=False), certificate=LEAF.sha256)
    assert not diagnose(evidence((LEAF, ISSUER), (ROOT,), ocsp=(broken,), crls=(good,))).findings
    bad = Fetched(URL, crl(), certificate=LEAF.sha256)
    assert finding(ocsp=(broken,), crls=(bad,)).cause == "revoked"


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ((x509.DeltaCRLIndicator(1),), "delta list, which is not supported"),
        (
            (
                x509.IssuingDistributionPoint(
                    full_name=None,
                    relative_name=None,
                    only_contains_user_certs=False,
                    only_contains_ca_certs=False,
                    only_some_reasons=None,
                    indirect_crl=True,
                    only_contains_attribute_certs=False,
                ),
            ),
            "indirect list, which is not supported",
        ),
    ],
)
def test_what_is_not_supported_is_said(extra: tuple[x509.ExtensionType, ...], words: str) -> None:
    found = finding(crls=(Fetched(URL, crl(extra=extra), certificate=LEAF.sha256),))
    assert found.cause == "revocation-unavailable"
    assert words in found.proof


def crl(
    *,
    revoked: bool = True,
    signer: Made = ISSUER,
    issuer: Made = ISSUER,
    updated: dt.datetime = NOW,
    extra: tuple[x509.ExtensionType, ...] = (),
    serial: int | None = None,
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
            .serial_number(serial or LEAF.certificate.serial_number)
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
        (crl(updated=NOW + DAY, revoked=False), Status.UNAVAILABLE),
        (crl(extra=(x509.DeltaCRLIndicator(1),)), Status.UNAVAILABLE),
        (b"\x30\x03", Status.UNAVAILABLE),
    ],
)
def test_crl(body: bytes, status: Status) -> None:
    answer = judge_crl(body, "test", Certificate(LEAF.der), [Certificate(ISSUER.der)], NOW)
    assert answer.kind is status
    assert answer.proof

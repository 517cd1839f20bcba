"""Each cause is found where it is, alone, and nowhere else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.making import NOW, Made, chain, key_usage, make
from trustmgr.certificate import Source
from trustmgr.diagnose import diagnose
from trustmgr.evidence import Attempt, Evidence, Failure, Fetched, Held, Offer, StoreSnapshot
from trustmgr.findings import Severity, Verdict
from trustmgr.report import Report
from trustmgr.target import Target

HOST = "site.example"
DAY = dt.timedelta(days=1)


def evidence(
    sent: tuple[Made, ...],
    anchors: tuple[Made, ...] = (),
    *,
    host: str = HOST,
    at: dt.datetime = NOW,
    **changes: object,
) -> Evidence:
    attempt = Attempt(
        "192.0.2.1", 443, tls_version="TLSv1.3", cipher="X", sent=tuple(m.der for m in sent)
    )
    store = StoreSnapshot("test", "Test store", tuple(Held(m.der, "trusted") for m in anchors))
    base = Evidence(
        target=Target(text=host, host=host, port=443, server_name=host),
        collected_at=at,
        judged_at=at,
        attempts=(attempt,),
        stores=(store,),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def causes(report: Report) -> list[str]:
    return [f.cause for f in report.findings]


def judge(*sent: Made, anchors: tuple[Made, ...], **kwargs: object) -> Report:
    return diagnose(evidence(sent, anchors, **kwargs))  # type: ignore[arg-type]


def test_good_chain_is_trusted_and_names_its_anchor() -> None:
    leaf, intermediate, root = chain(HOST)
    report = judge(leaf, intermediate, anchors=(root,))
    assert report.verdict is Verdict.TRUSTED
    assert report.findings == ()
    assert [c.der for c in report.chain] == [leaf.der, intermediate.der, root.der]
    assert [c.source for c in report.chain] == [Source.SENT, Source.SENT, Source.STORE]
    assert report.anchor is not None
    assert report.anchor.sha256 == root.sha256
    assert report.anchor.stores == ("test",)


def _expired() -> tuple[Made, Made, Made]:
    return chain(HOST, start=NOW - 90 * DAY, end=NOW - 3 * DAY)


def _bad_signature() -> tuple[Made, Made, Made]:
    leaf, intermediate, root = chain(HOST)
    der = bytearray(leaf.der)
    der[-5] ^= 0x55
    return Made(x509.load_der_x509_certificate(bytes(der)), leaf.key), intermediate, root


def _intermediate(**options: object) -> tuple[Made, Made, Made]:
    root = make("Test Root", ca=True)
    intermediate = make("Test Intermediate", root, **{"ca": True, **options})  # type: ignore[arg-type]
    return make(HOST, intermediate), intermediate, root


def _constrained(subtree: x509.GeneralName) -> tuple[Made, Made, Made]:
    limits = x509.NameConstraints(permitted_subtrees=[subtree], excluded_subtrees=None)
    return _intermediate(extra=((limits, True),))


_UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
_NO_USE = key_usage(data_encipherment=True)

CASES = {
    "expired": (_expired, ["expired"]),
    "not-yet-valid": (
        lambda: chain(HOST, start=NOW + DAY, end=NOW + 9 * DAY),
        ["not-yet-valid"],
    ),
    "expired intermediate": (
        lambda: _intermediate(start=NOW - 90 * DAY, end=NOW - DAY),
        ["expired"],
    ),
    "other name": (lambda: chain("other.example"), ["name-mismatch"]),
    "www only": (lambda: chain("www." + HOST), ["name-mismatch"]),
    "no san, fitting common name": (lambda: chain(HOST, names=()), ["no-san"]),
    "no san, other common name": (
        lambda: chain("other.example", names=()),
        ["no-san", "name-mismatch"],
    ),
    "address in san only": (
        lambda: chain("x", names=(), addresses=("192.0.2.1",)),
        ["name-mismatch"],
    ),
    "wildcard for one level": (lambda: chain("x", names=("*.example",)), ["name-mismatch"]),
    "rsa 1024": (
        lambda: chain(HOST, key=rsa.generate_private_key(65537, 1024)),
        ["weak-key"],
    ),
    "dsa": (lambda: chain(HOST, key=dsa.generate_private_key(1024)), ["weak-key"]),
    "p-192": (lambda: chain(HOST, key=ec.generate_private_key(ec.SECP192R1())), ["weak-key"]),
    "wrong eku": (
        lambda: chain(HOST, usages=(ExtendedKeyUsageOID.CLIENT_AUTH,)),
        ["wrong-usage"],
    ),
    "wrong eku of intermediate": (
        lambda: _intermediate(usages=(ExtendedKeyUsageOID.CODE_SIGNING,)),
        ["wrong-usage"],
    ),
    "key usage without a use": (lambda: chain(HOST, extra=((_NO_USE, True),)), ["wrong-usage"]),
    "no ca": (lambda: _intermediate(ca=False, usages=()), ["not-a-ca"]),
    "no basic constraints": (lambda: _intermediate(constraints=False), ["not-a-ca"]),
    "dns constraint": (lambda: _constrained(x509.DNSName("other.example")), ["name-constraint"]),
    "critical extension": (
        lambda: chain(HOST, extra=((_UNKNOWN, True),)),
        ["critical-extension"],
    ),
    "unknown extension, not critical": (lambda: chain(HOST, extra=((_UNKNOWN, False),)), []),
    "bad signature": (_bad_signature, ["bad-signature"]),
    "ed25519": (lambda: chain(HOST, key=ed25519.Ed25519PrivateKey.generate()), []),
    "p-521": (lambda: chain(HOST, key=ec.generate_private_key(ec.SECP521R1())), []),
    "fitting constraint": (lambda: _constrained(x509.DNSName("example")), []),
}


@pytest.mark.parametrize("case", CASES)
def test_path_causes(case: str) -> None:
    build, expected = CASES[case]
    leaf, intermediate, root = build()
    report = judge(leaf, intermediate, anchors=(root,))
    assert causes(report) == expected
    assert report.verdict is (Verdict.UNTRUSTED if expected else Verdict.TRUSTED)
    for finding in report.findings:
        assert finding.title and finding.detail and finding.proof and finding.remedies


def test_a_post_quantum_chain() -> None:
    mldsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mldsa")
    key = mldsa.MLDSA44PrivateKey.generate()
    root = make("Test Root", ca=True, key=key)
    leaf = make(HOST, root)
    report = judge(leaf, anchors=(root,))
    assert causes(report) == []
    assert report.chain[1].key_type == "ML-DSA-44"
    assert causes(judge(leaf, anchors=(make("Test Root", ca=True),))) == ["missing-intermediate"]


def test_untrusted_root_with_and_without_the_root_sent() -> None:
    leaf, intermediate, root = chain(HOST)
    other = make("Other Root", ca=True)
    for sent in ((leaf, intermediate), (leaf, intermediate, root)):
        report = judge(*sent, anchors=(other,))
        assert causes(report) == ["untrusted-root"]
    offered = [r.certificate for r in report.findings[0].remedies if r.certificate]
    assert offered == [root.sha256]


def test_an_importable_certificate_is_offered_only_when_it_is_here() -> None:
    leaf, intermediate, _ = chain(HOST)
    report = judge(leaf, intermediate, anchors=())
    assert all(r.action != "import-certificate" for r in report.findings[0].remedies)


def test_self_signed() -> None:
    leaf = make(HOST)
    report = judge(leaf, anchors=())
    assert causes(report) == ["self-signed"]
    assert [r.certificate for r in report.findings[0].remedies if r.certificate] == [leaf.sha256]
    assert judge(leaf, anchors=(leaf,)).verdict is Verdict.TRUSTED


def test_self_signed_ca_as_openssl_makes_it_has_one_cause() -> None:
    openssl_style = make(
        HOST,
        ca=True,
        constraints=False,
        extra=(
            (x509.BasicConstraints(True, None), True),
            (x509.SubjectAlternativeName([x509.DNSName(HOST)]), False),
        ),
    )
    assert causes(judge(openssl_style, anchors=())) == ["self-signed"]


def test_missing_intermediate_alone_fetched_and_in_a_store() -> None:
    leaf, intermediate, root = chain(HOST)
    alone = judge(leaf, anchors=(root,))
    assert causes(alone) == ["missing-intermediate"]
    fetched = judge(leaf, anchors=(root,), fetched=(Fetched("http://a/", intermediate.der),))
    assert causes(fetched) == ["missing-intermediate"]
    assert fetched.chain[1].source is Source.FETCHED
    held = StoreSnapshot(
        "test", "T", (Held(root.der, "trusted"), Held(intermediate.der, "unspecified"))
    )
    assert causes(judge(leaf, anchors=(), stores=(held,))) == ["missing-intermediate"]


def test_missing_intermediate_and_untrusted_root_together() -> None:
    leaf, intermediate, _ = chain(HOST)
    report = judge(leaf, anchors=(), fetched=(Fetched("http://a/", intermediate.der),))
    assert causes(report) == ["missing-intermediate", "untrusted-root"]


def test_wrong_order_is_a_warning_and_trusted() -> None:
    root = make("Test Root", ca=True)
    upper = make("Upper", root, ca=True)
    lower = make("Lower", upper, ca=True)
    report = judge(make(HOST, lower), upper, lower, anchors=(root,))
    assert causes(report) == ["wrong-intermediate-order"]
    assert report.findings[0].severity is Severity.WARNING
    assert report.verdict is Verdict.TRUSTED


def test_superfluous_certificates_are_nobodys_problem() -> None:
    leaf, intermediate, root = chain(HOST)
    stranger = make("Stranger", ca=True)
    assert causes(judge(leaf, stranger, intermediate, root, anchors=(root,))) == []


def test_path_too_long_and_self_issued_certificates_do_not_count() -> None:
    root = make("Test Root", ca=True)
    upper = make("Upper", root, ca=True, path_length=0)
    lower = make("Lower", upper, ca=True)
    assert causes(judge(make(HOST, lower), lower, upper, anchors=(root,))) == ["path-too-long"]
    rolled = make("Upper", upper, ca=True)
    assert causes(judge(make(HOST, rolled), rolled, upper, anchors=(root,))) == []


def test_a_good_path_wins_over_an_expired_cross_signature() -> None:
    """The AddTrust accident: an expired cross-signature beside a good root of the same key."""
    old_root = make("Old Root", ca=True, start=NOW - 900 * DAY, end=NOW - DAY)
    new_root = make("New Root", ca=True)
    cross = make(
        "New Root", old_root, ca=True, key=new_root.key, start=NOW - 900 * DAY, end=NOW - DAY
    )
    leaf = make(HOST, new_root)
    assert causes(judge(leaf, cross, old_root, anchors=(old_root, new_root))) == []


def test_same_name_other_key_is_no_bad_signature() -> None:
    leaf, intermediate, _ = chain(HOST)
    stale = make("Test Root", ca=True)
    assert causes(judge(leaf, intermediate, anchors=(stale,))) == ["untrusted-root"]


def test_expired_and_untrusted_are_two_findings() -> None:
    leaf, intermediate, _ = _expired()
    assert causes(judge(leaf, intermediate, anchors=())) == ["expired", "untrusted-root"]


def test_distrusted() -> None:
    leaf, intermediate, root = chain(HOST)
    store = StoreSnapshot(
        "test", "T", (Held(root.der, "trusted"), Held(intermediate.der, "distrusted"))
    )
    assert causes(judge(leaf, intermediate, anchors=(), stores=(store,))) == ["distrusted"]


def test_unreadable_stores_mean_cannot_tell_and_not_untrusted() -> None:
    leaf, intermediate, _ = chain(HOST)
    store = StoreSnapshot("test", "T", readable=False, reason="no rights")
    assert causes(judge(leaf, intermediate, anchors=(), stores=(store,))) == [
        "trust-store-unreadable"
    ]


def test_a_wrong_clock_is_not_an_expired_certificate() -> None:
    leaf, intermediate, root = chain(HOST)
    report = judge(leaf, intermediate, anchors=(root,), at=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    assert causes(report) == ["clock-wrong"]


def test_expiring_soon_is_a_notice() -> None:
    leaf, intermediate, root = chain(HOST, start=NOW - 85 * DAY, end=NOW + 5 * DAY)
    report = judge(leaf, intermediate, anchors=(root,))
    assert [(f.cause, f.severity) for f in report.findings] == [("expiring-soon", Severity.NOTICE)]
    assert report.verdict is Verdict.TRUSTED


@pytest.mark.parametrize(
    ("attempt", "cause", "verdict"),
    [
        (Attempt("192.0.2.1", 1, failure=Failure.REFUSED), "connection-refused", "unreachable"),
        (Attempt("192.0.2.1", 1, failure=Failure.CONNECT_TIMEOUT), "timeout", "unreachable"),
        (Attempt("192.0.2.1", 1, failure=Failure.HANDSHAKE_TIMEOUT), "timeout", "unreachable"),
        (Attempt("192.0.2.1", 1, failure=Failure.RESET), "connection-reset", "unreachable"),
        (
            Attempt("192.0.2.1", 1, failure=Failure.PLAINTEXT, first_bytes=b"HTTP/1.1 400"),
            "not-tls",
            "untrusted",
        ),
        (
            Attempt("192.0.2.1", 1, failure=Failure.PLAINTEXT, first_bytes=b"220 mail"),
            "starttls-required",
            "untrusted",
        ),
        (
            Attempt("192.0.2.1", 1, failure=Failure.ALERT, alert=112),
            "sni-required",
            "untrusted",
        ),
        (
            Attempt("192.0.2.1", 1, failure=Failure.ALERT, alert=40, sni=HOST),
            "handshake-failure",
            "untrusted",
        ),
        (
            Attempt("192.0.2.1", 1, Offer.LEGACY, failure=Failure.ALERT, alert=70),
            "protocol-version",
            "untrusted",
        ),
        (
            Attempt(
                "192.0.2.1", 1, failure=Failure.ALERT, alert=40, client_certificate_requested=True
            ),
            "client-certificate-required",
            "untrusted",
        ),
        (
            Attempt("192.0.2.1", 1, failure=Failure.MALFORMED_CERTIFICATE),
            "malformed-certificate",
            "untrusted",
        ),
    ],
)
def test_connection_causes(attempt: Attempt, cause: str, verdict: str) -> None:
    report = diagnose(replace(evidence(()), attempts=(attempt,)))
    assert causes(report) == [cause]
    assert report.verdict == verdict
    assert report.chain == ()


@pytest.mark.parametrize(
    ("version", "cause"), [("TLSv1", "protocol-version"), ("TLSv1.2", "no-common-cipher")]
)
def test_old_protocol_and_cipher_judge_the_chain_too(version: str, cause: str) -> None:
    leaf, intermediate, root = _expired()
    sent = (leaf.der, intermediate.der)
    attempts = (
        Attempt("192.0.2.1", 443, failure=Failure.ALERT, alert=40),
        Attempt("192.0.2.1", 443, Offer.LEGACY, tls_version=version, cipher="OLD", sent=sent),
    )
    report = diagnose(replace(evidence((), (root,)), attempts=attempts))
    assert causes(report) == [cause, "expired"]


def test_name_not_found() -> None:
    report = diagnose(replace(evidence(()), attempts=(), dns_failure="no such name"))
    assert causes(report) == ["dns-failure"]
    assert report.verdict is Verdict.UNREACHABLE


def test_a_ca_file_that_nobody_trusts() -> None:
    root = make("Test Root", ca=True)
    target = Target(text="ca.pem", files=("ca.pem",))
    base = evidence((), ())
    report = diagnose(replace(base, target=target, attempts=(), file_certificates=(root.der,)))
    assert causes(report) == ["untrusted-root"]


def test_interception_by_name() -> None:
    proxy = make("Acme TLS Inspection Proxy CA", ca=True)
    leaf = make(HOST, proxy)
    assert causes(judge(leaf, proxy, anchors=())) == ["tls-interception", "untrusted-root"]
    known = judge(leaf, proxy, anchors=(proxy,))
    assert known.verdict is Verdict.TRUSTED
    assert [f.severity for f in known.findings] == [Severity.NOTICE]


def test_hostile_subjects_are_inert_everywhere() -> None:
    evil = "<b>x</b>\u202egpj\x1b[31m\n"
    leaf = make(HOST, make(evil, ca=True))
    report = judge(leaf, anchors=())
    shown = repr(report.findings) + report.chain[0].issuer
    for character in ("\u202e", "\x1b", "\n\n"):
        assert character not in shown


def test_a_graph_of_cross_signatures_ends() -> None:
    keys = [make(f"CA {i}", ca=True) for i in range(8)]
    crossed = [
        make(f"CA {i}", keys[j], ca=True, key=keys[i].key)
        for i in range(8)
        for j in range(8)
        if i != j
    ]
    report = judge(make(HOST, keys[0]), *crossed, anchors=())
    assert "untrusted-root" in causes(report)


def test_a_cas_certificate_as_leaf_is_wrong_whoever_signed_it() -> None:
    leaf = make(HOST, make("Unknown", ca=True), ca=True, extra=())
    found = causes(judge(leaf, anchors=(make("Other", ca=True),), host=""))
    assert found == ["missing-intermediate", "wrong-usage"]


def test_an_answer_that_is_no_tls_is_shown_readably() -> None:
    def proof(first_bytes: bytes) -> tuple[str, str]:
        attempt = Attempt("192.0.2.1", 443, failure=Failure.PLAINTEXT, first_bytes=first_bytes)
        (finding,) = diagnose(evidence((), attempts=(attempt,))).findings
        return finding.cause, finding.proof

    assert proof(b"HTTP/1.1 400 No\r\nServer: x\r\n\r\n") == (
        "not-tls",
        "It answers: HTTP/1.1 400 No",
    )
    assert proof(bytes(100))[1] == "It answers: the bytes " + "00 " * 24 + "…"
    assert proof(b"J\0\0\0\n8.0.30\0" + bytes(60))[0] == "starttls-required"


def test_clients_on_openssl_still_read_the_common_name() -> None:
    def accepts(common_name: str) -> set[bool | None]:
        root = make("Root", ca=True)
        stores = (StoreSnapshot("roots", "R", (Held(root.der, "trusted"),)),)
        report = judge(make(common_name, root, names=()), anchors=(), stores=stores)
        assert "no-san" in causes(report)
        return {report.clients[client].accepts for client in ("curl", "openssl", "python")}

    assert accepts(HOST) == {True}
    assert accepts("other.example") == {False}


def test_a_promised_staple_that_comes_or_not() -> None:
    root = make("Root", ca=True)
    promise = x509.TLSFeature([x509.TLSFeatureType.status_request])
    leaf = make(HOST, root, extra=((promise, True),))
    report = judge(leaf, anchors=(root,))
    assert causes(report) == ["must-staple-missing"]
    assert report.verdict is Verdict.TRUSTED
    (attempt,) = report.evidence.attempts
    kept = replace(report.evidence, attempts=(replace(attempt, stapled_ocsp=b"x"),))
    assert "must-staple-missing" not in causes(diagnose(kept))

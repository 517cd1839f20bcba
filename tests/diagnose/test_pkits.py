"""NIST's Public Key Interoperability Test Suite: whole paths, with the published results.

The certificates are those of the package `cryptography_vectors`. What a test expects stands in its
name; where the name says nothing, or the result depends on settings, it stands in `RESULTS`. PKITS
tests RFC 5280 alone, so no host is asked for.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography import x509

from trustmgr.certificate import Certificate
from trustmgr.diagnose import diagnose
from trustmgr.distinguished import canonical
from trustmgr.evidence import Evidence, Fetched, Held, StoreSnapshot
from trustmgr.findings import Severity, Verdict
from trustmgr.report import Report
from trustmgr.target import Target

FOLDER = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"
AT = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

#: Results that the names do not tell: the default settings of the published document, which are
#: any initial policy, no explicit policy, mapping and anyPolicy allowed.
RESULTS = {
    "AllCertificatesNoPoliciesTest2EE": True,
    "AllCertificatesSamePoliciesTest10EE": True,
    "AllCertificatesSamePoliciesTest13EE": True,
    "AllCertificatesanyPolicyTest11EE": True,
    "AnyPolicyTest14EE": True,
    "CPSPointerQualifierTest20EE": True,
    "DifferentPoliciesTest3EE": True,
    "DifferentPoliciesTest4EE": False,
    "DifferentPoliciesTest5EE": False,
    "DifferentPoliciesTest7EE": False,
    "DifferentPoliciesTest8EE": False,
    "DifferentPoliciesTest9EE": False,
    "DifferentPoliciesTest12EE": False,
    "OverlappingPoliciesTest6EE": True,
    "UserNoticeQualifierTest15EE": True,
    "UserNoticeQualifierTest16EE": True,
    "UserNoticeQualifierTest17EE": True,
    "UserNoticeQualifierTest18EE": True,
    "UserNoticeQualifierTest19EE": True,
    "inhibitAnyPolicyTest3EE": True,
}

#: Refused though PKITS accepts them, and why. PKITS is older than today's rules for the web.
REFUSED = {
    "ValidDSASignaturesTest4EE": "weak-key",  # DSA of 1024 bits and SHA-1
    "ValidDSAParameterInheritanceTest5EE": "malformed-certificate",  # the library cannot parse it
}

#: Where the lists of PKITS need what is not supported, and so no answer, never a good one, is given:
#: indirect lists, and lists that are complete only together. Delta lists are passed over, so what
#: their base says counts: of two tests that is the opposite of the published result.
NO_ANSWER = {
    "ValidIDPwithindirectCRLTest22EE",
    "ValidIDPwithindirectCRLTest24EE",
    "ValidIDPwithindirectCRLTest25EE",
    "ValidcRLIssuerTest28EE",
    "ValidcRLIssuerTest29EE",
    "ValidcRLIssuerTest30EE",
    "ValidcRLIssuerTest33EE",
    "ValidonlySomeReasonsTest18EE",
    "ValidonlySomeReasonsTest19EE",
}
DELTA = {"InvaliddeltaCRLTest4EE", "ValiddeltaCRLTest5EE"}
#: The certificate of the list's key is itself revoked; lists about signers of lists are not asked for.
SIGNER_REVOKED = {"InvalidSeparateCertificateandCRLKeysTest21EE"}


@cache
def certificates() -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted((FOLDER / "certs").glob("*.crt"))}


ENDS = [name for name in certificates() if name.endswith("EE")]


@cache
def authorities() -> tuple[Certificate, ...]:
    found = []
    for name, der in certificates().items():
        if not name.endswith("EE") and not name.startswith(
            ("TrustAnchor", "DSAParametersInherited")
        ):
            found.append(Certificate(der))
    return tuple(found)


@cache
def lists() -> dict[object, list[tuple[str, bytes]]]:
    found: dict[object, list[tuple[str, bytes]]] = {}
    for path in sorted((FOLDER / "crls").glob("*.crl")):
        issuer = canonical(x509.load_der_x509_crl(path.read_bytes()).issuer)
        found.setdefault(issuer, []).append((path.name, path.read_bytes()))
    return found


def judge(name: str) -> Report:
    end = certificates()[name]
    try:
        subject = Certificate(end).subject_key
    except ValueError:
        subject = ()
    above = [c for c in authorities() if c.issuer_key != subject]
    crls = []
    for certificate in [*above, *([Certificate(end)] if subject else [])]:
        listed = lists().get(certificate.issuer_key, [])
        crls += [Fetched(f"http://x/{n}", body, "", certificate.sha256) for n, body in listed] or [
            Fetched("http://x/none", None, "no list", certificate.sha256)
        ]
    anchor = Held(certificates()["TrustAnchorRootCertificate"], "trusted")
    evidence = Evidence(
        target=Target(name, files=(name,)),
        collected_at=dt.datetime.now(dt.UTC),
        judged_at=AT,
        file_certificates=(end, *(c.der for c in above)),
        stores=(StoreSnapshot("roots", "PKITS", (anchor,)),),
        crls=tuple(crls),
    )
    return diagnose(evidence)


def test_the_whole_suite_is_here() -> None:
    assert len(ENDS) == 223
    assert set(RESULTS) == {n for n in ENDS if not n.startswith(("Valid", "Invalid"))}


@pytest.mark.parametrize("name", ENDS)
def test_path(name: str) -> None:
    report = judge(name)
    found = {f.cause for f in report.findings if f.severity is not Severity.NOTICE}
    if name in REFUSED:
        assert REFUSED[name] in found
    elif name in NO_ANSWER:
        assert found == {"revocation-unavailable"}
    elif name in DELTA:
        assert ("revoked" in found) is name.startswith("Valid")
    elif name in SIGNER_REVOKED:
        assert found == set()
    elif RESULTS.get(name, name.startswith("Valid")):
        assert found == set()
        assert report.verdict is Verdict.TRUSTED
    else:
        assert found
        assert report.verdict is Verdict.UNTRUSTED or found == {"revocation-unavailable"}

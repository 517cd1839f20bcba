"""A Mac's user is led from what a program says to what helps on a Mac."""

from __future__ import annotations

import pytest

from trustmgr import knowledge
from trustmgr.engine import Engine

_PYTHON = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate"
_SAFARI = "Error Domain=NSURLErrorDomain Code=-1202 The certificate for this server is invalid."

#: What a program says -> the cause under which a remedy names this.
LED = [
    (_PYTHON, "store-inconsistent", "Install Certificates.command"),
    (_PYTHON, "store-inconsistent", "the package truststore"),
    ("Error: unable to get local issuer certificate, code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'",
     "store-inconsistent", "--use-system-ca"),
    ("javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid "
     "certification path to requested target", "store-inconsistent", "KeychainStore"),
    ("SEC_ERROR_UNKNOWN_ISSUER", "store-inconsistent", "security.enterprise_roots.enabled"),
    ("curl: (60) SSL certificate problem: unable to get local issuer certificate",
     "store-inconsistent", "brew postinstall ca-certificates"),
    (_SAFARI, "untrusted-root", "trustmgr profile CA-FILE"),
]  # fmt: skip
#: What an inspection finds -> what a remedy names.
FOUND = [
    ("clock-wrong", "System Settings, General, Date & Time"),
    ("outdated-trust-store", "System Settings, General, Software Update"),
    ("outdated-trust-store", "brew upgrade ca-certificates"),
    ("outdated-trust-store", "Install"),
    ("trust-store-unreadable", "brew postinstall ca-certificates"),
    ("trust-store-unreadable", "Keychain Access"),
    ("distrusted", "open -b com.apple.keychainaccess"),
    ("lifetime-too-long", "398 days (825 days are the limit of Apple's systems"),
    ("lifetime-too-long", "One that is trusted itself is exempt"),
]


def words_of(cause: str) -> str:
    found = knowledge.remedies(cause, {"sha256": "ab" * 32})
    return " ".join(" ".join((r.detail, r.message)) for r in found).replace("\n", " ")


@pytest.mark.parametrize(("said", "cause", "words"), LED)
def test_from_a_message(said: str, cause: str, words: str) -> None:
    assert cause in {one.cause for one in Engine().explain(said).causes}
    assert words in words_of(cause)


@pytest.mark.parametrize(("cause", "words"), FOUND)
def test_from_a_finding(cause: str, words: str) -> None:
    assert words in words_of(cause)

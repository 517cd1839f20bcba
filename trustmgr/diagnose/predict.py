"""Which clients would accept the target, judged from the findings alone. `verify` runs them."""

from __future__ import annotations

from trustmgr.findings import Finding, Severity, Verdict
from trustmgr.report import Prediction

#: Causes that do not make a client built on OpenSSL refuse. Revocation is checked only when told to
#: (CURLOPT_CRLFILE, -crl_check, VERIFY_CRL_CHECK_LEAF). Without a subjectAltName the common name
#: counts (X509_check_host); where that does not fit either, `name-mismatch` stands beside `no-san`.
_OPENSSL = frozenset({"revoked", "tls-interception", "no-san"})
_IGNORES = {"curl": _OPENSSL, "openssl": _OPENSSL, "python": _OPENSSL}


def predict(verdict: Verdict, findings: tuple[Finding, ...]) -> dict[str, Prediction]:
    """One prediction for each client that the program knows."""
    if verdict is Verdict.UNREACHABLE:
        nothing = Prediction(None, "The site was not reached, so there is nothing to accept.")
        return dict.fromkeys(_IGNORES, nothing)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    answers = {}
    for client, ignored in _IGNORES.items():
        refused = next((f for f in errors if f.cause not in ignored), None)
        unseen = next((f for f in errors if f.cause in ignored), None)
        if refused is not None:
            answers[client] = Prediction(False, refused.title)
        elif unseen is not None:
            answers[client] = Prediction(True, f"It lets this pass: {unseen.title}")
        else:
            answers[client] = Prediction(True, "Nothing stands in its way.")
    return answers

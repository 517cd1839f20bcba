"""The five sentences that must work first, as people really paste them."""
# ruff: noqa: RUF001 - typographic quotes and dashes are what is tested

from __future__ import annotations

import pytest

from trustmgr.explain import Confidence, explain

TRUST = "The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel."
AUTHORITY = "Could not establish a trust relationship for the SSL/TLS secure channel with authority 'intranet:8443'"
ISSUER = "SSL Certificate problem: unable to get local issuer certificate."
CHANNEL = "The request was aborted: Could not create SSL/TLS secure channel."
DOMAIN = "The trust relationship between this workstation and the primary domain failed"

FIRST_THREE = {
    TRUST: ["untrusted-root", "self-signed", "name-mismatch"],
    AUTHORITY: ["untrusted-root", "self-signed", "name-mismatch"],
    ISSUER: ["untrusted-root", "missing-intermediate", "tls-interception"],
    CHANNEL: ["protocol-version", "no-common-cipher", "client-certificate-required"],
    DOMAIN: ["domain-trust"],
}

VARIANTS = {
    "as it is": lambda text: text,
    "upper case": str.upper,
    "no full stop": lambda text: text.rstrip("."),
    "several full stops": lambda text: text.rstrip(".") + "..",
    "broken lines": lambda text: text.replace(" ", "\r\n   "),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "curly quotes": lambda text: f"“{text}”".replace("'", "’"),
    "in an exception": lambda text: (
        f"System.Net.WebException: {text}\n   at System.Net.HttpWebRequest.GetResponse()"
    ),
    "in JSON": lambda text: '{"error": "' + text.replace("'", "\\u0027") + '\\r\\n"}',
    "in HTML": lambda text: "<b>" + text.replace("'", "&#39;") + "</b>",
    "with NULs": "\x00".join,
    "coloured": lambda text: f"\x1b[31;1m{text}\x1b[0m",
    "far down a log": lambda text: "2026-11-24 12:00:00 started\n" * 20_000 + text,
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("sentence", FIRST_THREE)
def test_sentence(sentence: str, variant: str) -> None:
    explanation = explain(VARIANTS[variant](sentence))
    assert [c.cause for c in explanation.causes][:3] == FIRST_THREE[sentence]
    assert explanation.advice


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_authority_is_the_target(variant: str) -> None:
    explanation = explain(VARIANTS[variant](AUTHORITY))
    assert (explanation.target_host, explanation.target_port) == ("intranet", 8443)
    assert str(explanation.target) == "intranet:8443"


@pytest.mark.parametrize(
    "text",
    [
        "Die zugrunde liegende Verbindung wurde geschlossen: Für den geschützten SSL/TLS-Kanal "
        "konnte keine Vertrauensstellung hergestellt werden..",
        "La connexion sous-jacente a été fermée : Impossible d’établir une relation de confiance "
        "pour le canal sécurisé SSL/TLS.",
    ],
)
def test_translations_of_the_trust_sentence(text: str) -> None:
    assert [c.cause for c in explain(text).causes][:3] == FIRST_THREE[TRUST]


@pytest.mark.parametrize(
    "text",
    [
        DOMAIN,
        "Die Vertrauensstellung zwischen dieser Arbeitsstation und der primären Domäne konnte "
        "nicht hergestellt werden.",
        f"{DOMAIN}. See https://server.example.test/help and {TRUST}",
    ],
)
def test_domain_trust_is_not_tls(text: str) -> None:
    explanation = explain(text)
    assert [(c.cause, c.confidence) for c in explanation.causes] == [
        ("domain-trust", Confidence.CERTAIN)
    ]
    assert explanation.causes[0].fix_by == "administrator"
    assert explanation.target is None
    assert "nspect" not in explanation.advice


def test_a_message_that_says_only_invalid_gets_every_cause_and_the_advice_to_inspect() -> None:
    explanation = explain("The certificate is invalid")
    assert len(explanation.causes) > 15
    assert "Inspect" in explanation.advice


def test_the_inner_exception_wins() -> None:
    text = (
        "System.Net.WebException: The underlying connection was closed: Could not establish trust "
        "relationship for the SSL/TLS secure channel. ---> System.ComponentModel.Win32Exception: "
        "The target principal name is incorrect"
    )
    assert explain(text).causes[0].cause == "name-mismatch"


def test_two_faults_in_one_text_are_both_told() -> None:
    text = "ERROR: The certificate of ‘x.example’ has expired.\nERROR: The certificate of ‘x.example’ doesn't have a known issuer."
    assert {"expired", "untrusted-root"} <= {c.cause for c in explain(text).causes[:3]}


def test_the_name_of_an_inspecting_product_comes_first() -> None:
    text = "depth=1 O = Zscaler Inc. / verify error:num=19:self-signed certificate in certificate chain"
    assert explain(text).causes[0].cause == "tls-interception"


@pytest.mark.parametrize(
    "text", ["", " ", "hello world", "Verify return code: 0 (ok)", "All is well."]
)
def test_nothing_is_recognised(text: str) -> None:
    explanation = explain(text)
    assert explanation.causes == ()
    assert explanation.client is None


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("curl: (60) SSL certificate problem: certificate has expired", "curl"),
        ("npm ERR! code SELF_SIGNED_CERT_IN_CHAIN", "npm"),
        ("fatal: unable to access 'https://g.example/': SSL certificate problem: certificate has expired", "git"),
        ("javax.net.ssl.SSLHandshakeException: PKIX path building failed", "Java"),
        ("NET::ERR_CERT_DATE_INVALID", "Chrome or Edge"),
        ("Fehlercode: SEC_ERROR_UNKNOWN_ISSUER", "Firefox"),
        ("x509: certificate signed by unknown authority", "Go"),
    ],
)  # fmt: skip
def test_client(text: str, client: str) -> None:
    assert explain(text).client == client


def test_only_the_beginning_of_the_sentence() -> None:
    for text in ("Could not establish trust relationship", TRUST.partition(" for ")[0]):
        assert [c.cause for c in explain(text).causes][:3] == FIRST_THREE[TRUST]


def test_an_apple_error_is_no_message_of_node() -> None:
    assert explain("Error Domain=NSURLErrorDomain Code=-1202").client == "Safari or an Apple app"

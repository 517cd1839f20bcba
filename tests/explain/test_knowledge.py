"""The knowledge base is complete, well-formed and never advises to weaken anything."""

from __future__ import annotations

import re

import pytest

from trustmgr import knowledge
from trustmgr.explain.entries import Level, entries
from trustmgr.findings import Risk

#: The fixed vocabulary of causes and the notices.
CAUSES = frozenset(
    [
        "expired",
        "not-yet-valid",
        "self-signed",
        "untrusted-root",
        "missing-intermediate",
        "wrong-intermediate-order",
        "name-mismatch",
        "no-san",
        "revoked",
        "weak-key",
        "weak-signature",
        "wrong-usage",
        "not-a-ca",
        "path-too-long",
        "name-constraint",
        "critical-extension",
        "bad-signature",
        "malformed-certificate",
        "distrusted",
        "lifetime-too-long",
        "ct-missing",
        "must-staple-missing",
        "clock-wrong",
        "outdated-trust-store",
        "outdated-client",
        "tls-interception",
        "store-inconsistent",
        "dns-failure",
        "connection-refused",
        "timeout",
        "connection-reset",
        "proxy-failure",
        "not-tls",
        "starttls-required",
        "protocol-version",
        "no-common-cipher",
        "sni-required",
        "client-certificate-required",
        "client-certificate-rejected",
        "captive-portal",
        "handshake-failure",
        "revocation-unavailable",
        "trust-store-unreadable",
        "domain-trust",
        "ssh-host-key",
        "kerberos-failure",
        "code-signing",
        "mail-signature",
        "package-signature",
        "vpn-authentication",
        "expiring-soon",
        "wildcard-scope",
        "ca-without-constraints",
    ]
)
ACTIONS = {
    "set-clock",
    "update-system",
    None,
    "import-certificate",
    "import-everywhere",
    "import-file",
    "inspect-name",
    "setting:dotnet-strong-crypto",
}
SITE_OWNER = [c for c in sorted(CAUSES) if knowledge.cause(c).fix_by == "site-owner"]


def test_every_cause_has_its_file() -> None:
    assert set(knowledge.causes()) >= CAUSES


@pytest.mark.parametrize("identity", knowledge.causes())
def test_cause(identity: str) -> None:
    cause = knowledge.cause(identity)
    assert len(cause.title) <= 90
    assert not cause.title.endswith(".")
    assert cause.summary.endswith(".")
    assert "{" not in cause.title + cause.summary
    assert cause.templates
    assert len({remedy.id for remedy in cause.templates}) == len(cause.templates)


@pytest.mark.parametrize("identity", knowledge.causes())
def test_remedies(identity: str) -> None:
    for remedy in knowledge.cause(identity).templates:
        text = " ".join([remedy.title, remedy.detail, remedy.risk_text, remedy.message])
        unknown = set(re.findall(r"\{([^{}]*)\}", text)) - set(knowledge.PLACEHOLDERS)
        assert not unknown, (remedy.id, unknown)
        assert remedy.action in ACTIONS
        assert bool(remedy.risk_text) == (remedy.risk is not Risk.NONE)
        if remedy.message:
            assert remedy.message.startswith("Subject: ")


@pytest.mark.parametrize("identity", knowledge.causes())
def test_risks_grow(identity: str) -> None:
    """Narrowest and safest first: nothing of high risk stands before something of less."""
    risks = [remedy.risk for remedy in knowledge.cause(identity).templates]
    assert risks == sorted(risks, key=lambda risk: risk is Risk.HIGH)


@pytest.mark.parametrize("identity", SITE_OWNER)
def test_the_owner_gets_something_to_read(identity: str) -> None:
    if knowledge.cause(identity).severity != "notice":
        assert any(remedy.message for remedy in knowledge.cause(identity).templates)


#: Switches that turn verification off; a text that names one has to advise against it.
SWITCHES = re.compile(
    r"curl -k|--insecure|verify=False|sslVerify|strict-ssl|TLS_REJECT_UNAUTHORIZED|SECLEVEL|"
    r"x509sha1|no-revoke|checkRevocation|verify_hostname|HostnameVerifier|--no-check"
)


@pytest.mark.parametrize("identity", knowledge.causes())
def test_no_remedy_weakens_verification(identity: str) -> None:
    for remedy in knowledge.cause(identity).templates:
        assert not SWITCHES.search(remedy.title + remedy.message)
        for sentence in re.split(r"(?<=\.)\s", remedy.detail):
            if SWITCHES.search(sentence):
                assert re.search(
                    r"Do not |would |Lowering|Allowing|Switching|look at variables", sentence
                ), sentence


def test_facts_are_inert_and_no_templates() -> None:
    hostile = "{sha256}\u202e<b>evil</b>"
    facts = {"host": hostile, "sha256": "ab" * 32, "issuer": "CN={host}"}
    (first, *_) = knowledge.remedies("untrusted-root", facts)
    assert "{sha256}<U+202E><b>evil</b>" in first.message
    assert "CN={host}" in first.message
    assert "\u202e" not in first.message


def test_missing_facts_get_sensible_words() -> None:
    for identity in knowledge.causes():
        for remedy in knowledge.remedies(identity, {}):
            assert "{" not in remedy.title + remedy.detail + remedy.message
            assert "“the certificate”" not in remedy.message


def test_import_of_a_certificate_names_it() -> None:
    remedies = knowledge.remedies("self-signed", {"sha256": "ab" * 32})
    assert [r.certificate for r in remedies if r.action == "import-certificate"] == ["ab" * 32]


@pytest.mark.parametrize("identity", ["nosuch", "../causes/expired", "", "Expired", "a/b"])
def test_unknown_cause(identity: str) -> None:
    with pytest.raises(KeyError):
        knowledge.cause(identity)


def test_messages_speak_of_known_causes() -> None:
    for entry in entries():
        assert entry.causes
        assert {cause for cause, _ in entry.causes} <= set(knowledge.causes())


def test_fragments_are_long_enough_to_mean_something() -> None:
    short = [f for e in entries() for f in e.fragments if len(f) < 4]
    assert short == []
    assert {e.level for e in entries()} == set(Level)


def test_interceptors_are_lower_case() -> None:
    kinds = {"company", "antivirus", "filter", "debugging", "adware"}
    for one in knowledge.interceptors():
        assert one.mark == one.mark.lower()
        assert len(one.mark) > 3
        assert one.kind in kinds
    assert len(knowledge.interceptors()) > 100

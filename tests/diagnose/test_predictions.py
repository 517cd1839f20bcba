"""Predictions: whose store is asked, what is said, and that the policies are whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from cryptography import x509

from tests.making import NOW, Made, chain, make
from trustmgr import knowledge
from trustmgr.certificate import Certificate
from trustmgr.client_policy import clients
from trustmgr.diagnose import diagnose
from trustmgr.evidence import Attempt, Evidence, Fetched, Held, StoreSnapshot
from trustmgr.report import Prediction
from trustmgr.target import Target

HOST = "site.example"
DAY = dt.timedelta(days=1)
CLIENTS = [
    "openssl",
    "curl",
    "python",
    "python-truststore",
    "requests",
    "java",
    "node",
    "go",
    "git",
    "wget",
    "chrome",
    "edge",
    "firefox",
    "safari",
    "dotnet",
    "windows.schannel",
    "macos.trust",
    "gnutls",
]
PUBLIC = x509.CertificatePolicies(
    [x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.1"), None)]
)
#: A list of signed certificate timestamps, an empty one: nobody here verifies them.
PUBLISHED = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), b"\x04\x02\x00\x00"
)


def store(
    identity: str, *trusted: Made, origin: str = "vendor", readable: bool = True
) -> StoreSnapshot:
    held = tuple(Held(one.der, "trusted", origin) for one in trusted)
    reason = "" if readable else "It is locked."
    return StoreSnapshot(identity, f"Store {identity}", held, readable, reason)


def evidence(*sent: Made, stores: tuple[StoreSnapshot, ...]) -> Evidence:
    attempt = Attempt("192.0.2.1", 443, tls_version="TLSv1.3", sent=tuple(one.der for one in sent))
    target = Target(text=HOST, host=HOST, port=443, server_name=HOST)
    return Evidence(target, NOW, NOW, attempts=(attempt,), stores=stores)


def predict(*sent: Made, stores: tuple[StoreSnapshot, ...]) -> dict[str, Prediction]:
    return dict(diagnose(evidence(*sent, stores=stores)).clients)


def test_every_client_is_there_and_every_policy_has_its_source() -> None:
    assert sorted(client.id for client in clients()) == sorted(CLIENTS)
    for client in clients():
        assert client.stores_source
        for point, answer in client.answers.items():
            assert answer.why.endswith("."), (client.id, point)
            assert answer.source.startswith(("https://", "RFC ", "run: ", "CA/Browser Forum ")), (
                point
            )
            extra = (
                "ed25519 p-521 encipher-only no-eku empty-subject sha1-cipher anchor-no-root strict"
            )
            cause = point.partition(".")[0]
            assert cause in knowledge.causes() or point in extra.split(), (client.id, point)


def test_a_public_authority_is_known_to_everybody() -> None:
    leaf, intermediate, root = chain(HOST)
    predicted = predict(leaf, intermediate, stores=(store("linux.ca-certificates", root),))
    assert {prediction.accepts for prediction in predicted.values()} == {True}


def test_works_in_chrome_but_not_in_curl() -> None:
    leaf, intermediate, root = chain(HOST)
    seen = replace(
        evidence(leaf, stores=(store("linux.ca-certificates", root),)),
        fetched=(Fetched("http://aia.example/", intermediate.der),),
    )
    predicted = diagnose(seen).clients
    assert predicted["chrome"].accepts is True
    assert "fetches" in predicted["chrome"].why
    for client in ("curl", "openssl", "python", "git", "wget", "java", "node", "go", "firefox"):
        assert predicted[client].accepts is False, client
        assert "does not fetch" in predicted[client].why


def test_firefox_knows_the_intermediates_of_public_authorities() -> None:
    leaf, intermediate, root = chain(HOST, extra=((PUBLIC, False), (PUBLISHED, False)))
    seen = replace(
        evidence(leaf, stores=(store("linux.ca-certificates", root),)),
        fetched=(Fetched("http://aia.example/", intermediate.der),),
    )
    assert diagnose(seen).clients["firefox"].accepts is True
    assert diagnose(seen).clients["curl"].accepts is False


def test_an_authority_in_one_store_alone() -> None:
    """What an administrator added to the system's store is unknown to those that read others."""
    leaf, intermediate, root = chain(HOST)
    stores = (
        store("linux.ca-certificates", root, origin="administrator"),
        store("nss.user"),
        store("java.0123"),
    )
    predicted = predict(leaf, intermediate, stores=stores)
    assert predicted["curl"].accepts is True
    for client in ("chrome", "java"):
        assert predicted[client].accepts is False
        said = f"“{Certificate(root.der).title}” is trusted by Store linux.ca-certificates"
        assert said in predicted[client].why
    assert predicted["node"].accepts is False
    assert predicted["requests"].accepts is False
    assert predicted["firefox"].accepts is None
    assert "was not looked at" in predicted["firefox"].why


def test_two_of_a_kind_that_differ() -> None:
    leaf, intermediate, root = chain(HOST)
    stores = (store("java.0123", root, origin="user"), store("java.4567"))
    predicted = predict(leaf, intermediate, stores=stores)
    assert predicted["java"].accepts is None
    assert "more than once" in predicted["java"].why
    assert predicted["curl"].accepts is None


def test_a_setting_replaces_the_store() -> None:
    leaf, intermediate, root = chain(HOST)
    other = make("Other Root", ca=True)
    stores = (
        store("linux.ca-certificates", root, origin="administrator"),
        store("tool.git", other, origin="user"),
    )
    predicted = predict(leaf, intermediate, stores=stores)
    assert (predicted["wget"].accepts, predicted["git"].accepts) == (True, False)


def test_a_store_that_cannot_be_read_is_no_refusal() -> None:
    leaf, intermediate, root = chain(HOST)
    stores = (
        store("linux.ca-certificates", readable=False),
        store("java.0123", root, origin="user"),
    )
    predicted = predict(leaf, intermediate, stores=stores)
    assert predicted["curl"].accepts is None
    assert predicted["curl"].why.endswith("could not be read: It is locked.")
    assert predicted["java"].accepts is True


def test_what_no_store_can_mend_is_refused_without_looking_at_one() -> None:
    leaf, intermediate, root = chain(HOST, start=NOW - 90 * DAY, end=NOW - DAY)
    predicted = predict(leaf, intermediate, stores=(store("java.0123", root, origin="user"),))
    assert {prediction.accepts for prediction in predicted.values()} == {False}
    assert predicted["safari"].why == "A certificate has expired."


def test_an_authority_that_nobody_knows() -> None:
    leaf, intermediate, _ = chain(HOST)
    predicted = predict(leaf, intermediate, stores=(store("linux.ca-certificates"),))
    assert predicted["curl"].accepts is False
    assert predicted["requests"].accepts is False
    assert predicted["firefox"].accepts is None  # somebody may have added it there


@pytest.mark.parametrize(
    ("days", "extra", "refused"),
    [(825, (), set()), (827, (), {"safari", "macos.trust"})],
)
def test_the_limit_of_apple_holds_for_private_authorities(
    days: int, extra: tuple[object, ...], refused: set[str]
) -> None:
    leaf, intermediate, root = chain(HOST, start=NOW - DAY, end=NOW + (days - 1) * DAY)
    predicted = predict(leaf, intermediate, stores=(store("roots", root),))
    assert {client for client, one in predicted.items() if one.accepts is False} == refused


def test_an_intermediate_as_anchor() -> None:
    leaf, intermediate, _ = chain(HOST)
    predicted = predict(leaf, intermediate, stores=(store("roots", intermediate),))
    assert predicted["openssl"].accepts is False
    assert predicted["python"].accepts is None
    assert predicted["curl"].accepts is True
    assert predicted["gnutls"].accepts is True


def test_an_unreachable_site() -> None:
    seen = replace(evidence(stores=()), attempts=(), dns_failure="no such name")
    predicted = diagnose(seen).clients
    assert {prediction.accepts for prediction in predicted.values()} == {None}
    assert not diagnose(seen).contested

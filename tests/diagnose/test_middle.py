"""Who sits in the middle: known products, private authorities at public sites, one key for many sites."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.diagnose.test_rules import causes, evidence
from tests.making import Made, chain, make
from trustmgr import knownbad
from trustmgr.diagnose import diagnose
from trustmgr.diagnose.together import compare
from trustmgr.evidence import Attempt, Evidence, Failure, Held, HttpAnswer, StoreSnapshot
from trustmgr.findings import Severity, Verdict
from trustmgr.publicname import is_public_name, owner
from trustmgr.report import Report

PUBLIC = "www.wikipedia.org"
ADDRESS = "198.35.26.96"  # a public address; nothing here connects to it


def seen(host: str, sent: tuple[Made, ...], *anchors: Held, address: str = ADDRESS) -> Evidence:
    """A live answer from `address`; the anchors are in the system's store."""
    base = evidence(sent, host=host)
    store = StoreSnapshot("linux.ca-certificates", "System certificates", tuple(anchors))
    return replace(base, attempts=(replace(base.attempts[0], address=address),), stores=(store,))


def ca(common_name: str, organization: str = "") -> Made:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return make(common_name, ca=True, subject=x509.Name(attributes))


def interception(report: Report) -> list[Severity]:
    return [f.severity for f in report.findings if f.cause == "tls-interception"]


@pytest.mark.parametrize(
    ("name", "product", "advice"),
    [
        ("Zscaler Root CA", "Zscaler", "administrator"),
        ("FG100E4Q17000000 Fortinet CA", "FortiGate", "stores that your programs read"),
        ("Kaspersky Anti-Virus Personal Root Certificate", "Kaspersky", "its own settings"),
        ("AdGuard Personal CA", "AdGuard", "removing the program"),
        ("mitmproxy", "mitmproxy", "tool of developers"),
        ("Superfish, Inc.", "Superfish", "do not import anything"),
    ],
)
def test_known_products_are_named_with_what_to_do(name: str, product: str, advice: str) -> None:
    root = ca(name)
    report = diagnose(seen("intranet.corp", (make("intranet.corp", root), root)))
    found = next(f for f in report.findings if f.cause == "tls-interception")
    assert product in found.detail
    assert advice in found.detail
    offered = [r.action for r in found.remedies if r.action == "import-certificate"]
    assert bool(offered) is (product != "Superfish")


def test_a_trusted_product_is_a_notice() -> None:
    root = ca("Zscaler Root CA")
    report = diagnose(
        seen(PUBLIC, (make(PUBLIC, root),), Held(root.der, "trusted", "administrator"))
    )
    assert report.verdict is Verdict.TRUSTED
    assert interception(report) == [Severity.NOTICE]


def test_a_public_authority_never_intercepts_whatever_it_is_called() -> None:
    root = ca("Sophos and Squid Public Trust")
    report = diagnose(seen(PUBLIC, (make(PUBLIC, root),), Held(root.der, "trusted", "vendor")))
    assert causes(report) == []


def test_no_mark_is_a_word_of_a_public_authority() -> None:
    from trustmgr.certificate import Certificate
    from trustmgr.knowledge import interceptors
    from trustmgr.probe.public_roots import _roots

    names = [Certificate(der).subject.lower() for der in _roots()]
    assert len(names) > 100
    # and those of the authorities that sign most of the web's certificates
    names += [
        "let's encrypt",
        "google trust services",
        "digicert inc",
        "sectigo limited",
        "godaddy.com",
    ]
    names += ["cloudflare, inc.", "amazon", "microsoft corporation", "globalsign nv-sa", "zerossl"]
    assert not [(one.mark, name) for one in interceptors() for name in names if one.mark in name]


def test_a_private_authority_for_a_public_name_is_a_warning() -> None:
    leaf, intermediate, root = chain(PUBLIC)
    report = diagnose(seen(PUBLIC, (leaf, intermediate, root)))
    assert causes(report) == ["untrusted-root", "tls-interception"]
    assert interception(report) == [Severity.WARNING]
    trusted = diagnose(seen(PUBLIC, (leaf, intermediate), Held(root.der, "trusted", "user")))
    assert interception(trusted) == [Severity.NOTICE]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("intranet", ADDRESS),
        ("wiki.corp", ADDRESS),
        ("printer.local", ADDRESS),
        ("site.test", ADDRESS),
        ("a.localhost", "127.0.0.1"),
        (PUBLIC, "10.0.0.1"),
        (PUBLIC, "127.0.0.1"),
        (PUBLIC, "fd00::1"),
        (ADDRESS, ADDRESS),
    ],
)
def test_names_and_addresses_of_private_use_are_left_alone(host: str, address: str) -> None:
    leaf, intermediate, root = chain(host, names=(host,)) if "." in host else chain(host)
    report = diagnose(seen(host, (leaf, intermediate, root), address=address))
    assert interception(report) == []


def test_what_is_a_public_name() -> None:
    assert is_public_name("www.example.com")
    assert is_public_name("xn--bcher-kva.xn--p1ai")
    for private in ("", "a", "a.b.internal", "1.2.3.4", "[::1]", "a..com", "a.1"):
        assert not is_public_name(private)
    assert owner("www.example.co.uk.") == "example.co.uk"
    assert owner("a.b.example.com") == "example.com"


def pair(*hosts: str, root: Made, origin: str = "", trust: str = "") -> list[Report]:
    held = (Held(root.der, trust, origin),) if trust else ()
    return [
        diagnose(seen(host, (make(host, root), root), *held, address="127.0.0.1")) for host in hosts
    ]


def test_one_key_for_unrelated_sites() -> None:
    root = ca("Some Name")
    reports = compare(pair("www.wikipedia.org", "www.debian.org", root=root))
    for report in reports:
        assert interception(report) == [Severity.ERROR]
        assert report.verdict is Verdict.UNTRUSTED
    assert "www.debian.org" in reports[0].findings[0].detail
    trusted = compare(
        pair("www.wikipedia.org", "www.debian.org", root=root, trust="trusted", origin="user")
    )
    assert [interception(report) for report in trusted] == [[Severity.NOTICE]] * 2
    assert all(report.verdict is Verdict.TRUSTED for report in trusted)


def test_one_key_for_related_or_private_sites_or_of_a_public_authority_is_nothing() -> None:
    root = ca("Some Name")
    for hosts in (("a.debian.org", "b.debian.org"), ("wiki.corp", "mail.lan"), ("x.org", "x.org")):
        reports = pair(*hosts, root=root)
        assert compare(reports) == reports
    public = pair("a.debian.org", "a.wikipedia.org", root=root, trust="trusted", origin="vendor")
    assert compare(public) == public
    shared = make("x", root, names=("a.debian.org", "a.wikipedia.org"))
    one = [diagnose(seen(host, (shared, root))) for host in shared_names(shared)]
    assert compare(one) == one
    staged = [
        diagnose(
            replace(report.evidence, target=replace(report.evidence.target, connect=("::1", 1)))
        )
        for report in pair("a.debian.org", "a.wikipedia.org", root=root)
    ]
    assert compare(staged) == staged
    apart = [*pair("a.debian.org", root=root), *pair("a.wikipedia.org", root=ca("Another"))]
    assert compare(apart) == apart


def shared_names(made: Made) -> tuple[str, ...]:
    from trustmgr.certificate import Certificate

    return Certificate(made.der).dns_names


def test_a_private_authority_behind_a_proxy_that_hides_the_address() -> None:
    leaf, intermediate, root = chain(PUBLIC)
    base = seen(PUBLIC, (leaf, intermediate, root), address=PUBLIC)
    assert interception(diagnose(base)) == []
    behind = replace(base, attempts=(replace(base.attempts[0], proxy="proxy.corp:3128"),))
    assert interception(diagnose(behind)) == [Severity.WARNING]


def test_known_bad_authorities_are_distrusted_even_when_a_store_trusts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = ca("Innocent Name")
    table = {f"key {_spki(root)}": knownbad.KnownBad("BadWare", "its private key is public")}
    monkeypatch.setattr(knownbad, "_table", lambda: table)
    trusting = diagnose(seen("a.corp", (make("a.corp", root),), Held(root.der, "trusted", "user")))
    assert causes(trusting) == ["distrusted"]
    assert trusting.verdict is Verdict.UNTRUSTED
    assert "BadWare" in trusting.findings[0].detail
    assert "Remove it there" in trusting.findings[0].detail
    sent = diagnose(seen("a.corp", (make("a.corp", root), root)))
    assert causes(sent) == ["distrusted", "untrusted-root"]
    actions = [remedy.action for f in sent.findings for remedy in f.remedies]
    assert not [action for action in actions if (action or "").startswith("import")]


def test_the_list_of_known_bad_authorities_is_well_formed() -> None:
    table = knownbad._table()
    assert len(table) >= 30
    for key, bad in table.items():
        kind, _, digits = key.partition(" ")
        assert kind in {"certificate", "key"}
        assert len(bytes.fromhex(digits)) == 32
        assert bad.name
        assert bad.why
    assert {"Superfish", "eDellRoot", "DSDTestProvider"} <= {bad.name for bad in table.values()}


def _spki(made: Made) -> str:
    from trustmgr.certificate import Certificate

    return Certificate(made.der).spki_sha256


# -- log-in pages of networks --------------------------------------------------------------------

LOGIN = "https://login.cafe-wifi.example/portal?to=x"


def answered(host: str, names: tuple[str, ...], **answers: HttpAnswer | None) -> Evidence:
    leaf, intermediate, root = chain(host, names=names)
    return replace(seen(host, (leaf, intermediate), Held(root.der, "trusted", "vendor")), **answers)  # type: ignore[arg-type]


@pytest.mark.parametrize("where", ["answer", "plain_answer"])
def test_a_redirection_to_a_login_page_and_a_certificate_for_somebody_else(where: str) -> None:
    for answer in (HttpAnswer(302, None, LOGIN), HttpAnswer(511)):
        report = diagnose(answered("site.corp", ("login.cafe-wifi.example",), **{where: answer}))
        assert causes(report) == ["captive-portal", "name-mismatch"]


def test_nothing_that_a_login_page_shows_is_offered_for_import() -> None:
    leaf, intermediate, root = chain("login.cafe-wifi.example")
    base = replace(seen("site.corp", (leaf, intermediate, root)), answer=HttpAnswer(511))
    report = diagnose(base)
    assert causes(report) == ["captive-portal", "untrusted-root", "name-mismatch"]
    actions = [remedy.action for f in report.findings for remedy in f.remedies]
    assert not [action for action in actions if (action or "").startswith("import")]


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(200, None, LOGIN),
        HttpAnswer(302, None, "https://www.site.corp/login"),
        HttpAnswer(302, None, "/login"),
        HttpAnswer(302, None, "https://shop.example/offers"),
        HttpAnswer(302, None, "javascript:login"),
        HttpAnswer(500),
    ],
)
def test_anything_else_is_a_wrong_name_only(answer: HttpAnswer) -> None:
    report = diagnose(answered("a.site.corp", ("other.example",), answer=answer))
    assert causes(report) == ["name-mismatch"]


def test_a_login_page_behind_the_right_certificate_is_the_sites_own() -> None:
    elsewhere = HttpAnswer(302, None, LOGIN)
    report = diagnose(answered("site.corp", ("site.corp",), answer=elsewhere))
    assert causes(report) == []


@pytest.mark.parametrize("failure", [Failure.RESET, Failure.CONNECT_TIMEOUT, Failure.REFUSED])
def test_no_tls_and_a_login_page_on_the_plain_port(failure: Failure) -> None:
    attempt = Attempt("192.0.2.1", 443, failure=failure)
    base = replace(evidence((), host="site.corp"), attempts=(attempt,))
    assert "captive-portal" not in causes(diagnose(base))
    report = diagnose(replace(base, plain_answer=HttpAnswer(302, None, LOGIN)))
    assert "captive-portal" in causes(report)
    moved = HttpAnswer(301, None, "https://site.corp/")
    assert "captive-portal" not in causes(diagnose(replace(base, plain_answer=moved)))


def test_plain_text_on_the_secure_port() -> None:
    head = f"HTTP/1.1 302 Found\r\nServer: x\r\nLocation: {LOGIN}\r\n\r\n".encode()
    attempt = Attempt("192.0.2.1", 443, failure=Failure.PLAINTEXT, first_bytes=head)
    base = replace(evidence((), host="site.corp"), attempts=(attempt,))
    assert causes(diagnose(base)) == ["captive-portal"]
    other = replace(attempt, first_bytes=b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")
    assert causes(diagnose(replace(base, attempts=(other,)))) == ["not-tls"]

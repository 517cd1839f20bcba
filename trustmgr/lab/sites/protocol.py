"""Sites with good certificates and the wrong protocol around them."""

from __future__ import annotations

from OpenSSL import SSL

from trustmgr.lab.pki import Identity, Pki
from trustmgr.lab.rude import PlainHttp
from trustmgr.lab.site import LOOPBACK, Behaviour, Definition
from trustmgr.lab.sites.made import good, web
from trustmgr.lab.tls import Settings
from trustmgr.lab.web import NamedWebSite, WebSite

_ONLY_1_0 = Settings(versions=(SSL.TLS1_VERSION, SSL.TLS1_VERSION))
#: Camellia in CBC mode without forward secrecy (RFC 5932): OpenSSL has it and offers it to nobody
#: by default; browsers do not have it at all.
_ONLY_OLD_CIPHER = Settings(
    versions=(SSL.TLS1_2_VERSION, SSL.TLS1_2_VERSION), ciphers="CAMELLIA256-SHA"
)


def _rsa(pki: Pki, host: str) -> Identity:
    return pki.leaf(host, key=pki.rsa_key)


def _visitors(pki: Pki, host: str, highest: int) -> Behaviour:
    settings = Settings(versions=(SSL.TLS1_2_VERSION, highest), visitors=pki.root.certificate)
    return WebSite(host, pki.leaf(host), settings)


def _visitors_1_3(pki: Pki, host: str) -> Behaviour:
    return _visitors(pki, host, SSL.TLS1_3_VERSION)


def _visitors_1_2(pki: Pki, host: str) -> Behaviour:
    return _visitors(pki, host, SSL.TLS1_2_VERSION)


def _by_name(pki: Pki, _host: str) -> Behaviour:
    return NamedWebSite("sni-required.localhost", pki.leaf("sni-required.localhost"))


SITES = (
    Definition(
        "tls-1.0",
        "Speaks TLS 1.0 only.",
        web(good, _ONLY_1_0),
        frozenset({"protocol-version"}),
    ),
    Definition(
        "old-cipher",
        "Speaks TLS 1.2 with one cipher that nobody offers any more.",
        web(_rsa, _ONLY_OLD_CIPHER),
        frozenset({"no-common-cipher"}),
    ),
    Definition(
        "plaintext-http",
        "Plain HTTP where TLS is expected.",
        lambda _pki, _host: PlainHttp(),
        frozenset({"not-tls"}),
    ),
    Definition(
        "client-certificate",
        "Wants a certificate of the visitor (TLS 1.3).",
        _visitors_1_3,
        frozenset({"client-certificate-required"}),
    ),
    Definition(
        "client-certificate-1.2",
        "Wants a certificate of the visitor (TLS 1.2).",
        _visitors_1_2,
        frozenset({"client-certificate-required"}),
    ),
    Definition(
        "sni-required",
        "Answers only when asked by name (sni-required.localhost).",
        _by_name,
        frozenset({"sni-required"}),
        host=LOOPBACK,
    ),
)

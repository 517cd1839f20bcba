"""Each site shows real clients what it is about. The expectations go by cause, not by site."""

from __future__ import annotations

import pytest

from tests.lab.clients import curl, is_name, look, needs_curl, needs_openssl, s_client
from trustmgr.lab import Lab
from trustmgr.lab.sites import SITES

NAMES = [site.name for site in SITES]

#: Sites with such a cause do not come as far as a certificate.
NEVER_SHOWN = {"timeout", "connection-reset", "starttls-required", "not-tls"}

#: Cause -> what OpenSSL says. Revocation is not checked by default, order is put right, and a
#: common name still counts for OpenSSL: these sites are accepted.
OPENSSL = {
    "expired": "certificate has expired",
    "not-yet-valid": "certificate is not yet valid",
    "self-signed": "self-signed certificate",
    "untrusted-root": "unable to get local issuer certificate",
    "tls-interception": "self-signed certificate in certificate chain",
    "bad-signature": "certificate signature failure",
    "missing-intermediate": "unable to verify the first certificate",
    "wrong-intermediate-order": "Verification: OK",
    "name-mismatch": "ostname mismatch",
    "no-san": "Verification: OK",
    "weak-key": "EE certificate key too weak",
    "weak-signature": "CA signature digest algorithm too weak",
    "wrong-usage": "urpose",  # "unsuitable certificate purpose" and "unsupported ..."
    "not-a-ca": "",
    "path-too-long": "path length constraint exceeded",
    "name-constraint": "permitted subtree violation",
    "critical-extension": "unhandled critical extension",
    "revoked": "Verification: OK",
    "must-staple-missing": "Verification: OK",
    "lifetime-too-long": "Verification: OK",
    "no-common-cipher": "alert handshake failure",
    "not-tls": "",
    "captive-portal": "",
    "starttls-required": "",
    "client-certificate-required": "Acceptable client certificate CA names",
    "sni-required": "unrecognized name",
    "connection-reset": "",
    "malformed-certificate": "error:",
    "protocol-version": "error:",
}
#: Causes that only warn, and those that OpenSSL's clients accept with them.
WARNINGS = {"wrong-intermediate-order", "must-staple-missing", "lifetime-too-long"}
ACCEPTED = {"revoked", "no-san"} | WARNINGS


@needs_openssl
@pytest.mark.parametrize("name", [name for name in NAMES if name != "never-answers"])
def test_openssl(name: str, lab: Lab) -> None:
    site = lab.sites[name]
    said = s_client(lab, site)
    if not site.causes:
        assert "Verification: OK" in said, said
    else:
        assert any(OPENSSL[cause] in said for cause in site.causes), said
    if site.causes - ACCEPTED:
        marks = ("Verification error", "no peer certificate", "error:", "CA names")
        assert any(mark in said for mark in marks), said


@needs_openssl
@pytest.mark.parametrize("name", [site.name for site in SITES if site.starttls])
def test_openssl_after_starttls(name: str, lab: Lab) -> None:
    site = lab.sites[name]
    said = s_client(lab, site, "-starttls", str(site.starttls))
    assert "Verification: OK" in said, said


#: Causes that end before a certificate was judged.
CURL_NO_HANDSHAKE = {
    "protocol-version",
    "no-common-cipher",
    "not-tls",
    "starttls-required",
    "client-certificate-required",
    "sni-required",
    "connection-reset",
    "malformed-certificate",
    "timeout",
}


@needs_curl
@pytest.mark.parametrize("name", NAMES)
def test_curl(name: str, lab: Lab) -> None:
    site = lab.sites[name]
    patience = ["-m", "1"] if "timeout" in site.causes else []
    code, said = curl(lab, *patience, f"https://{site.target}/")
    if not site.causes - ACCEPTED:
        assert code == 0, said
        assert f"Lab site {site.host}" in said
    elif site.causes & CURL_NO_HANDSHAKE:
        assert code in (28, 35, 52, 56), said
    else:
        assert code in (35, 60), said


@pytest.mark.parametrize("site", SITES, ids=NAMES)
def test_every_site_is_described(site: object, lab: Lab) -> None:
    shown = lab.sites[site.name]  # type: ignore[attr-defined]
    assert shown.description.endswith(".")
    assert shown.target == f"{shown.host}:{shown.port}"
    assert (shown.verdict == "trusted") == (shown.causes <= WARNINGS)


SHOWN = [s.name for s in SITES if is_name(s.asked_as) and not s.causes & NEVER_SHOWN]


@pytest.mark.parametrize("name", SHOWN)
def test_the_main_port_serves_the_same_by_name(name: str, lab: Lab) -> None:
    site = lab.sites[name]
    own, main = look(site.port, site.host), look(lab.port, site.host)
    assert own.chain == main.chain
    assert bool(own.error) == bool(main.error)


def test_the_main_port_without_a_name_is_the_good_site(lab: Lab) -> None:
    good = look(lab.sites["good"].port, "good.localhost").leaf
    assert look(lab.port).leaf == good
    assert look(lab.port, "nobody.example").leaf == good

"""Which site a text is about."""
# ruff: noqa: RUF001 - typographic quotes and dashes are what is tested

from __future__ import annotations

import pytest

from trustmgr.explain import explain
from trustmgr.explain.addresses import valid_host

NAMED = [
    (
        "Could not establish trust relationship for the SSL/TLS secure channel with authority 'intranet:8443'.",
        ("intranet", 8443),
    ),
    (
        "Could not establish a trust relationship for the SSL/TLS secure channel with authority ‘intranet.corp.example:8443’",
        ("intranet.corp.example", 8443),
    ),
    (
        "Could not establish trust relationship for the SSL/TLS secure channel with authority 'server.example.test'.",
        ("server.example.test", 443),
    ),
    (
        "Could not establish trust relationship for the SSL/TLS secure channel with authority '[2001:db8::1]:8443'",
        ("2001:db8::1", 8443),
    ),
    (
        "Could not establish trust relationship for the SSL/TLS secure channel with authority 'müller.example:444'",
        ("xn--mller-kva.example", 444),
    ),
    (
        "fatal: unable to access 'https://user:pw@git.corp.example:8443/x.git/': SSL certificate problem: unable to get local issuer certificate",
        ("git.corp.example", 8443),
    ),
    (
        "requests.exceptions.SSLError: HTTPSConnectionPool(host='api.example.com', port=8443): Max retries exceeded with url: /v1 (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)')))",
        ("api.example.com", 8443),
    ),
    (
        "curl: (7) Failed to connect to intranet port 443 after 3 ms: Couldn't connect to server",
        ("intranet", 443),
    ),
    (
        "curl: (7) Failed to connect to example.org port 8443: Connection refused",
        ("example.org", 8443),
    ),
    ("Error: connect ECONNREFUSED 127.0.0.1:8443", ("127.0.0.1", 8443)),
    ("Error: connect ECONNREFUSED ::1:8443", ("::1", 8443)),
    (
        'Get "https://registry.example.test/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
        ("registry.example.test", 443),
    ),
    (
        "x509: certificate is valid for a.example, b.example, not c.example.org",
        ("c.example.org", 443),
    ),
    ("hostname 'a.example.com' doesn't match 'b.example.com'", ("a.example.com", 443)),
    (
        "java.security.cert.CertificateException: No subject alternative DNS name matching intra.corp found.",
        ("intra.corp", 443),
    ),
    (
        "javax.net.ssl.SSLPeerUnverifiedException: Certificate for <intra.corp> doesn't match any of the subject alternative names: [x.corp, y.corp]",
        ("intra.corp", 443),
    ),
    (
        'connection to server at "db.example.com" (10.0.0.1), port 5432 failed: SSL error: certificate verify failed',
        ("db.example.com", 5432),
    ),
    (
        'psql: error: could not translate host name "db.corp" to address: Name or service not known',
        ("db.corp", 5432),
    ),
    ("dial tcp 10.1.2.3:6443: connect: connection refused", ("10.1.2.3", 6443)),
    ("dial tcp: lookup nosuch.example on 8.8.8.8:53: no such host", ("nosuch.example", 443)),
    (
        "read tcp 127.0.0.1:34412->127.0.0.1:21455: read: connection reset by peer",
        ("127.0.0.1", 21455),
    ),
    (
        "The certificate for this server is invalid. You might be connecting to a server that is pretending to be “server.example.test” which could put",
        ("server.example.test", 443),
    ),
    (
        "Firefox does not trust server.example.test because its certificate issuer is unknown, the certificate is self-signed, or the server is not sending the correct intermediate certificates.",
        ("server.example.test", 443),
    ),
    (
        "ERROR: no certificate subject alternative name matches\n\trequested host name ‘server.example.test’.",
        ("server.example.test", 443),
    ),
    (
        "unable to access 'https://[::1]:8443/x.git/': SSL certificate problem: self-signed certificate",
        ("::1", 8443),
    ),
    ("smtp server mail.example.com:587 certificate verify failed", ("mail.example.com", 587)),
    (
        "unable to verify the first certificate for https://npm.corp.example/-/ping see https://docs.npmjs.com/x",
        ("npm.corp.example", 443),
    ),
    (
        "Failed to connect to learn.microsoft.com port 443: Connection refused",
        ("learn.microsoft.com", 443),
    ),
    ("Could not resolve host: intra.corp.example", ("intra.corp.example", 443)),
    ("The remote name could not be resolved: 'nosuch.invalid'", ("nosuch.invalid", 443)),
    ("certificate problem connecting to intranet:8443", ("intranet", 8443)),
    (
        "Attackers might be trying to steal your information from intra.corp.example (for example, passwords). NET::ERR_CERT_AUTHORITY_INVALID",
        ("intra.corp.example", 443),
    ),
    ("about:neterror?e=netReset&u=https%3A//localhost%3A21001/&c=UTF-8", ("localhost", 21001)),
    (
        "curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to localhost:8443",
        ("localhost", 8443),
    ),
    (
        'nginx: SSL_do_handshake() failed while SSL handshaking to upstream, client: 10.0.0.2, server: www.example.com, upstream: "https://10.0.0.5:8443/"',
        ("10.0.0.5", 8443),
    ),
    (
        "The SSL connection could not be established: UntrustedRoot (intranet.example:8443)",
        ("intranet.example", 8443),
    ),
    (
        "Error: Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:wrong.example, DNS:www.wrong.example",
        ("localhost", 443),
    ),
    (
        "SSL: certificate subject name (wrong.example) does not match target host name 'right.example'",
        ("right.example", 443),
    ),
]

UNNAMED = [
    "certificate has expired at Socket.emit (main.js:1674) in ssl_socket.cc:1006 and 'server.pem'",
    "with authority 'host:port' Could not establish a trust relationship for the SSL/TLS secure channel",
    "curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore details here: https://curl.se/docs/sslcerts.html",
    "SSL certificate problem, see https://learn.microsoft.com/en-us/x and https://stackoverflow.com/q/1 and https://go.microsoft.com/fwlink/?LinkID=1",
    "ssl.SSLCertVerificationError: certificate verify failed: self-signed certificate (_ssl.c:1006)",
    "https://<host>:8443/ connection refused",
    "authority 'a:99999' could not establish trust relationship for the ssl/tls secure channel",
    "authority 'a;rm -rf:443' trust",
    "at TLSSocket.onConnectSecure (node:_tls_wrap:1674:34) code: 'CERT_HAS_EXPIRED' at main.js:12",
    "error at java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131) PKIX path building failed",
]


@pytest.mark.parametrize(("text", "target"), NAMED)
def test_named(text: str, target: tuple[str, int]) -> None:
    explanation = explain(text)
    assert (explanation.target_host, explanation.target_port) == target


@pytest.mark.parametrize("text", UNNAMED)
def test_not_named(text: str) -> None:
    explanation = explain(text)
    assert (explanation.target_host, explanation.target_port) == (None, None)
    assert explanation.target is None


@pytest.mark.parametrize(
    "text",
    ["", "a b", "-x.example", "x..y", "a" * 64, "1.2.3", "1.2.3.999", "0x7f.1.2.300", "[::g]", "host",
     "x.example/", "x.example;id", "x\u202ey", "fe80::1%eth0", "a." * 130],
)  # fmt: skip
def test_what_is_no_host(text: str) -> None:
    assert valid_host(text) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [("Intranet", "intranet"), ("x.example.", "x.example"), ("[::1]", "::1"), ("127.0.0.1", "127.0.0.1"),
     ("bücher.example", "xn--bcher-kva.example"), ("under_score.example", "under_score.example")],
)  # fmt: skip
def test_host(text: str, host: str) -> None:
    assert valid_host(text) == host


def test_an_unknown_text_names_a_site_only_clearly() -> None:
    assert explain("good morning 'x.example' and y.example:443").target is None
    assert str(explain("please look at https://x.example:8443/a").target) == "x.example:8443"

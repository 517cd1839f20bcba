"""What single sites send, byte by byte where it matters."""

from __future__ import annotations

import smtplib
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from OpenSSL import SSL

from tests.lab.clients import curl, look, needs_curl, needs_openssl, run, s_client
from tests.where import needs_resets
from trustmgr.lab import Lab
from trustmgr.lab.ports import has_ipv6
from trustmgr.lab.sites import SITES

ANY = "ALL"


def root_of(lab: Lab) -> x509.Certificate:
    return x509.load_der_x509_certificate(lab.ca_der)


def seen_at(lab: Lab, name: str) -> list[x509.Certificate]:
    site = lab.sites[name]
    return look(site.port, site.host if not site.host[0].isdigit() else None).chain


def test_a_good_chain_leads_to_the_root(lab: Lab) -> None:
    leaf, intermediate = seen_at(lab, "good")
    leaf.verify_directly_issued_by(intermediate)
    intermediate.verify_directly_issued_by(root_of(lab))
    assert seen_at(lab, "root-included")[-1] == root_of(lab)


def test_good_sites_name_no_addresses_to_fetch_from(lab: Lab) -> None:
    about_addresses = {"missing-intermediate", "revoked-ocsp", "revoked-crl"}
    for site in SITES:
        if site.name in about_addresses or site.verdict == "unreachable":
            continue
        for certificate in seen_at(lab, site.name):
            kinds = {type(extension.value) for extension in certificate.extensions}
            assert not kinds & {x509.AuthorityInformationAccess, x509.CRLDistributionPoints}


def test_kinds_of_keys(lab: Lab) -> None:
    p521 = [c.public_key() for c in seen_at(lab, "good-p521")]
    assert all(isinstance(key, ec.EllipticCurvePublicKey) and key.key_size == 521 for key in p521)
    edwards = [c.public_key() for c in seen_at(lab, "good-ed25519")]
    assert all(isinstance(key, ed25519.Ed25519PublicKey) for key in edwards)
    pss = seen_at(lab, "good-rsa-pss")[0].signature_algorithm_parameters
    assert isinstance(pss, padding.PSS)
    short = seen_at(lab, "rsa-1024")[0].public_key()
    assert isinstance(short, rsa.RSAPublicKey)
    assert short.key_size == 1024


def test_the_sha_1_signature_is_a_true_one(lab: Lab) -> None:
    leaf, issuer = seen_at(lab, "sha-1")
    assert isinstance(leaf.signature_hash_algorithm, hashes.SHA1)
    key = issuer.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(leaf.signature, leaf.tbs_certificate_bytes, padding.PKCS1v15(), hashes.SHA1())


def test_the_bad_signature_is_one_bit_off(lab: Lab) -> None:
    leaf, issuer = seen_at(lab, "bad-signature")
    with pytest.raises(InvalidSignature):
        leaf.verify_directly_issued_by(issuer)
    der = leaf.public_bytes(Encoding.DER)
    x509.load_der_x509_certificate(der[:-1] + bytes([der[-1] ^ 1])).verify_directly_issued_by(
        issuer
    )


def test_wrong_order_and_a_needless_one(lab: Lab) -> None:
    leaf, upper, needless, lower = seen_at(lab, "wrong-order")
    leaf.verify_directly_issued_by(lower)
    lower.verify_directly_issued_by(upper)
    upper.verify_directly_issued_by(root_of(lab))
    assert needless.subject not in {c.issuer for c in (leaf, upper, lower)}


@needs_curl
def test_the_missing_intermediate_is_where_the_certificate_says(lab: Lab, tmp_path: Path) -> None:
    (leaf,) = seen_at(lab, "missing-intermediate")
    access = leaf.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    (address,) = [description.access_location.value for description in access]
    code, said = curl(lab, "-o", str(tmp_path / "issuer.cer"), address)
    assert code == 0, said
    issuer = x509.load_der_x509_certificate((tmp_path / "issuer.cer").read_bytes())
    leaf.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(root_of(lab))
    (without,) = seen_at(lab, "missing-intermediate-no-aia")
    assert without.issuer != leaf.issuer


def _pem(path: Path, certificate: x509.Certificate) -> str:
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return str(path)


@needs_openssl
def test_openssl_learns_by_ocsp_that_it_is_revoked(lab: Lab, tmp_path: Path) -> None:
    leaf, issuer = seen_at(lab, "revoked-ocsp")
    files = _pem(tmp_path / "leaf.pem", leaf), _pem(tmp_path / "issuer.pem", issuer)
    words = ("openssl", "ocsp", "-issuer", files[1], "-cert", files[0], "-text")
    for digest in ("-sha1", "-sha256"):
        where = ("-url", f"http://127.0.0.1:{lab.http_port}/ocsp", digest)
        _, said = run(
            *words[:3], files[1], digest, *words[4:], *where[:2], "-CAfile", str(lab.ca_file)
        )
        assert "Response verify OK" in said, said
        assert "leaf.pem: revoked" in said, said


@needs_openssl
def test_ocsp_by_get_and_about_strangers(lab: Lab) -> None:
    import base64
    from urllib.parse import quote
    from urllib.request import urlopen

    leaf, issuer = seen_at(lab, "revoked-ocsp")
    good = seen_at(lab, "good")[0]
    address = f"http://127.0.0.1:{lab.http_port}/ocsp/"
    answers = []
    for certificate in (leaf, good):
        asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())
        der = asked.build().public_bytes(Encoding.DER)
        with urlopen(address + quote(base64.b64encode(der), safe=""), timeout=20) as answer:
            answers.append(ocsp.load_der_ocsp_response(answer.read()))
    assert answers[0].certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert answers[1].response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    with urlopen(address + "rubbish", timeout=20) as answer:
        malformed = ocsp.load_der_ocsp_response(answer.read())
    assert malformed.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


@needs_openssl
def test_openssl_learns_by_crl_that_it_is_revoked(lab: Lab, tmp_path: Path) -> None:
    from urllib.request import urlopen

    leaf, issuer = seen_at(lab, "revoked-crl")
    point = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0]
    assert point.full_name is not None
    with urlopen(point.full_name[0].value, timeout=20) as answer:
        crl = x509.load_der_x509_crl(answer.read())
    (tmp_path / "crl.pem").write_bytes(crl.public_bytes(Encoding.PEM))
    words = ["openssl", "verify", "-crl_check", "-CRLfile", str(tmp_path / "crl.pem")]
    words += ["-CAfile", str(lab.ca_file), "-untrusted", _pem(tmp_path / "i.pem", issuer)]
    _, said = run(*words, _pem(tmp_path / "leaf.pem", leaf))
    assert "certificate revoked" in said, said
    code, said = run(*words, _pem(tmp_path / "good.pem", seen_at(lab, "good")[0]))
    assert code == 0, said


def test_the_staple_says_revoked(lab: Lab) -> None:
    site = lab.sites["revoked-stapled"]
    seen = look(site.port, site.host)
    answer = ocsp.load_der_ocsp_response(seen.staple)
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert answer.serial_number == seen.leaf.serial_number
    assert not look(lab.sites["good"].port, "good.localhost").staple


def test_old_protocol_and_old_cipher_need_an_old_client(lab: Lab) -> None:
    old, cipher = lab.sites["tls-1.0"], lab.sites["old-cipher"]
    assert "protocol version" in look(old.port, old.host).error
    seen = look(old.port, old.host, ciphers=ANY, lowest=SSL.TLS1_VERSION, ask=True)
    assert (seen.version, seen.error) == ("TLSv1", "")
    assert b"Lab site tls-1.0" in seen.body
    assert "handshake failure" in look(cipher.port, cipher.host).error
    seen = look(cipher.port, cipher.host, ciphers=ANY, ask=True)
    assert (seen.version, seen.cipher, seen.error) == ("TLSv1.2", "CAMELLIA256-SHA", "")
    assert b"Lab site old-cipher" in seen.body


def test_client_certificates_are_insisted_on(lab: Lab) -> None:
    new, old = lab.sites["client-certificate"], lab.sites["client-certificate-1.2"]
    # In TLS 1.3 the client's handshake is done before the server refuses.
    assert "certificate required" in look(new.port, new.host, ask=True).error
    assert "handshake failure" in look(old.port, old.host).error


def test_the_site_that_wants_a_name(lab: Lab) -> None:
    port = lab.sites["sni-required"].port
    assert "unrecognized name" in look(port).error
    assert "unrecognized name" in look(port, "other.localhost").error
    seen = look(port, "SNI-required.localhost", ask=True)
    assert b"Lab site sni-required" in seen.body


def answer(lab: Lab, name: str) -> bytes:
    with socket.create_connection(("127.0.0.1", lab.sites[name].port), timeout=20) as raw:
        raw.sendall(b"\x16\x03\x01\x00\x05hello")
        return b"".join(iter(lambda: raw.recv(4096), b""))


@needs_resets
def test_a_reset(lab: Lab) -> None:
    with pytest.raises(ConnectionResetError):
        answer(lab, "resets")


def test_ways_to_end_without_a_handshake(lab: Lab) -> None:
    assert answer(lab, "closes") == b""
    assert answer(lab, "plaintext-http").startswith(b"HTTP/1.1 400 Bad Request\r\n")
    with socket.create_connection(("127.0.0.1", lab.sites["never-answers"].port)) as silent:
        silent.sendall(b"hello")
        silent.settimeout(0.3)
        with pytest.raises(TimeoutError):
            silent.recv(1)


@pytest.mark.parametrize("lowest", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
def test_certificates_that_are_none(lab: Lab, lowest: int) -> None:
    site = lab.sites["not-der"]
    seen = look(site.port, site.host, lowest=lowest)
    expected = "asn1" if lowest == SSL.TLS1_2_VERSION else "protocol version"
    assert expected in seen.error
    assert not seen.chain


@needs_openssl
def test_the_huge_chain_is_a_megabyte(lab: Lab) -> None:
    site = lab.sites["huge-chain"]
    assert "excessive message size" in look(site.port, site.host).error
    said = s_client(lab, site, "-msg")
    assert "excessive message size" in said


def test_mail_over_starttls(lab: Lab) -> None:
    site = lab.sites["smtp-starttls"]
    context = ssl.create_default_context(cafile=lab.ca_file)
    with smtplib.SMTP("127.0.0.1", site.port, timeout=20) as mail:
        mail._host = site.host  # type: ignore[attr-defined]  # the name to check
        assert mail.ehlo()[0] == 250
        assert mail.has_extn("starttls")
        assert mail.docmd("MAIL FROM:<a@b>")[0] == 530
        assert mail.docmd("NONSENSE")[0] == 500
        assert mail.starttls(context=context)[0] == 220
        assert mail.ehlo()[0] == 250
        assert not mail.has_extn("starttls")
        assert mail.docmd("MAIL FROM:<a@b>")[0] == 550


def test_the_interceptor_mints_for_any_name_and_remembers(lab: Lab) -> None:
    port = lab.sites["interception"].port
    leaf, authority = look(port, "www.bank.example").chain
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["www.bank.example"]
    leaf.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(authority)
    assert "Inspection Proxy" in authority.subject.rfc4514_string()
    assert authority.issuer != root_of(lab).subject
    assert look(port, "WWW.bank.example").leaf == leaf
    assert look(port, "b" * 70 + ".example").chain  # no name that a certificate could have
    assert look(port, "a b\x01").chain


@needs_curl
def test_the_interceptor_is_an_http_proxy(lab: Lab, tmp_path: Path) -> None:
    port = lab.sites["interception"].port
    authority = look(port, "x.example").chain[1]
    trusting = ["--cacert", _pem(tmp_path / "proxy.pem", authority)]
    for host in ("www.bank.example", "192.0.2.7", "[2001:db8::7]"):
        words = ["-sS", "-m", "20", *trusting, "-x", f"http://127.0.0.1:{port}"]
        code, said = run("curl", *words, f"https://{host}/")
        assert (code, "Lab site" in said) == (0, True), said
    code, said = curl(lab, "-x", f"http://127.0.0.1:{port}", "https://www.bank.example/")
    assert code == 60, said
    _, said = curl(lab, "-x", f"http://127.0.0.1:{port}", "http://www.bank.example/")
    assert "CONNECT only" in said


@pytest.mark.skipif(not has_ipv6(), reason="no ::1 here")
def test_the_same_over_ipv6(lab: Lab) -> None:
    good, address = lab.sites["good"], lab.sites["ip-address"]
    over_4, over_6 = (look(good.port, good.host, address=a) for a in ("127.0.0.1", "::1"))
    assert over_4.chain == over_6.chain
    names = look(address.port, address="::1").leaf.extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert [str(a) for a in names.value.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]

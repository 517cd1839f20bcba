"""Certificates made for tests, with `cryptography` alone (SHA-1 as the lab forges it)."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trustmgr.lab.forgery import signed_again_with_sha1

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
_CHAINS = count(1)


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def key_usage(**true: bool) -> x509.KeyUsage:
    fields = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    return x509.KeyUsage(**{f: true.get(f, False) for f in fields})


@dataclass
class Made:
    """A certificate with its key, ready to sign others."""

    certificate: x509.Certificate
    key: Any
    parent: Made | None = None
    children: list[Made] = field(default_factory=list)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()


def make(
    common_name: str = "Test",
    issuer: Made | None = None,
    *,
    key: Any = None,
    ca: bool = False,
    path_length: int | None = None,
    names: tuple[str, ...] | None = None,
    addresses: tuple[str, ...] = (),
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    usages: tuple[x509.ObjectIdentifier, ...] | None = None,
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    constraints: bool = True,
    digest: hashes.HashAlgorithm | None = None,
    sha1: bool = False,
    subject: x509.Name | None = None,
) -> Made:
    """One certificate; self-signed without `issuer`. A leaf has SANs unless `names` is empty."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    signer = issuer.key if issuer else key
    subject = name(common_name) if subject is None else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start or NOW - dt.timedelta(hours=1))
        .not_valid_after(end or NOW + dt.timedelta(days=90))
    )
    if constraints and (ca or issuer):
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length), critical=True)
    if ca and constraints:
        builder = builder.add_extension(key_usage(key_cert_sign=True, crl_sign=True), critical=True)
    if not ca:
        wanted: list[x509.GeneralName] = [
            x509.DNSName(n) for n in ((common_name,) if names is None else names)
        ]
        wanted += [x509.IPAddress(ipaddress.ip_address(a)) for a in addresses]
        if wanted:
            builder = builder.add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        if usages is None:
            usages = (ExtendedKeyUsageOID.SERVER_AUTH,)
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(usages)), critical=False)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
    )
    for value, critical in extra:
        builder = builder.add_extension(value, critical=critical)
    no_digest = not isinstance(
        signer, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, dsa.DSAPrivateKey)
    )
    certificate = builder.sign(signer, None if no_digest else digest or hashes.SHA256())
    if sha1:  # no library signs so any more
        certificate = signed_again_with_sha1(certificate, signer)
    return Made(certificate, key, issuer)


def chain(host: str = "site.example", **leaf: Any) -> tuple[Made, Made, Made]:
    """``(leaf, intermediate, root)``, all good unless told otherwise.

    No two chains share names: Wine remembers an authority by its name alone, whatever its key.
    """
    number = next(_CHAINS)
    root = make(f"Test Root {number}", ca=True)
    intermediate = make(f"Test Intermediate {number}", root, ca=True, path_length=0)
    return make(host, intermediate, **leaf), intermediate, root

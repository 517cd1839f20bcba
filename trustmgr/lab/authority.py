"""Making certificates: authorities and what they sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
#: An extension's contents, and whether it is critical.
Extension = tuple[x509.ExtensionType, bool]

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Authority:
    """A certificate with its key, which can sign others. `issuer` is None for a root."""

    certificate: x509.Certificate
    key: Key
    issuer: Authority | None = None

    @property
    def sent(self) -> tuple[x509.Certificate, ...]:
        """What a well-configured server sends for it: itself and its issuers below the root."""
        return () if self.issuer is None else (self.certificate, *self.issuer.sent)


def new_key() -> Key:
    """P-256: made in microseconds, accepted everywhere."""
    return ec.generate_private_key(ec.SECP256R1())


def key_usage(*allowed: str) -> Extension:
    """A critical keyUsage with only `allowed` (names as in `cryptography`)."""
    return x509.KeyUsage(**{usage: usage in allowed for usage in _USAGES}), True


def ca_extensions(path_length: int | None = None) -> tuple[Extension, ...]:
    """What makes a certificate that of an authority (RFC 5280 sections 4.2.1.3 and 4.2.1.9)."""
    return (
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        key_usage("key_cert_sign", "crl_sign"),
    )


def issue(
    subject: x509.Name,
    key: Key,
    issuer: Authority | None,
    *,
    start: dt.datetime,
    end: dt.datetime,
    extensions: Iterable[Extension] = (),
    pss: bool = False,
) -> x509.Certificate:
    """One certificate, self-signed without `issuer`. `pss`: an RSA issuer signs with RSA-PSS."""
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    if pss:
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        return builder.sign(signer, hashes.SHA256(), rsa_padding=scheme)
    return builder.sign(signer, _digest(signer))


def _digest(signer: Key) -> hashes.SHA256 | hashes.SHA512 | None:
    """EdDSA has its own hash; P-521 goes with SHA-512 (RFC 5480 section 4)."""
    if isinstance(signer, ed25519.Ed25519PrivateKey):
        return None
    wide = isinstance(signer, ec.EllipticCurvePrivateKey) and signer.key_size > 384
    return hashes.SHA512() if wide else hashes.SHA256()

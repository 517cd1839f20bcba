"""Certificates that no library makes: signed with SHA-1, and with a signature that is wrong."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

# sha256WithRSAEncryption and sha1WithRSAEncryption as DER (RFC 8017 appendix C): of equal length.
_SHA256_WITH_RSA = bytes.fromhex("06092a864886f70d01010b")
_SHA1_WITH_RSA = bytes.fromhex("06092a864886f70d010105")


def signed_again_with_sha1(
    certificate: x509.Certificate, signer: rsa.RSAPrivateKey
) -> x509.Certificate:
    """`certificate`, which `signer` signed with SHA-256, as if it had used SHA-1.

    Nothing changes its length, so the DER around it stays right: the algorithm stands twice, inside
    and outside of what is signed, and the signature is the last thing (RFC 5280 section 4.1).
    """
    signed = certificate.tbs_certificate_bytes.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA, 1)
    signature = signer.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the point of the site
    der = certificate.public_bytes(Encoding.DER).replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA, 2)
    return x509.load_der_x509_certificate(der[: -len(signature)] + signature)


def with_wrong_signature(certificate: x509.Certificate) -> x509.Certificate:
    """The last bit flipped: still well-formed, for RSA and ECDSA alike, but verifying never."""
    der = certificate.public_bytes(Encoding.DER)
    return x509.load_der_x509_certificate(der[:-1] + bytes([der[-1] ^ 1]))

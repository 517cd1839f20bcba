"""Public keys and signatures of certificates."""

from __future__ import annotations

from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15

#: RFC 9881; told by name, since not every version of the library that is served has the classes.
_ML_DSA = "MLDSA"


@lru_cache(maxsize=256)
def verifies(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key verifies the certificate's signature, weak hashes included.

    Names are not compared. Key types and algorithms that the library does not know count as
    not verified. Remembered for a while: many sites have their intermediates in common.
    """
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        parameters = certificate.signature_algorithm_parameters
        digest = certificate.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError):
        return False
    return verifies_signature(
        issuer,
        certificate.signature,
        certificate.tbs_certificate_bytes,
        digest,
        parameters if isinstance(parameters, PSS) else None,
    )


def verifies_signature(
    signer: x509.Certificate,
    signature: bytes,
    signed: bytes,
    digest: hashes.HashAlgorithm | None,
    pss: PSS | None = None,
) -> bool:
    """Whether `signer`'s key made `signature` over `signed`. `digest` is None for EdDSA, `pss` the
    parameters of an RSA-PSS signature (PKCS #1 v1.5 otherwise)."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

    try:
        match signer.public_key(), digest:
            case (ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey()) as key, _:
                key.verify(signature, signed)
            case key, None if type(key).__name__.startswith(_ML_DSA):
                key.verify(signature, signed)  # type: ignore[union-attr,call-arg]
            case _, None:
                return False
            case rsa.RSAPublicKey() as key, digest:
                key.verify(signature, signed, pss or PKCS1v15(), digest)
            case ec.EllipticCurvePublicKey() as key, digest:
                key.verify(signature, signed, ec.ECDSA(digest))
            case dsa.DSAPublicKey() as key, digest:
                key.verify(signature, signed, digest)
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def describe_key(certificate: x509.Certificate) -> tuple[str, int | None]:
    """Type and size in bits of the subject's key, such as ``("EC P-256", 256)``."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return ("unknown", None)
    match key:
        case rsa.RSAPublicKey():
            return ("RSA", key.key_size)
        case ec.EllipticCurvePublicKey():
            name = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
            return (f"EC {name.get(key.curve.name, key.curve.name)}", key.key_size)
        case dsa.DSAPublicKey():
            return ("DSA", key.key_size)
        case ed25519.Ed25519PublicKey():
            return ("Ed25519", 256)
        case ed448.Ed448PublicKey():
            return ("Ed448", 456)
        case _:
            plain = type(key).__name__.strip("_").removesuffix("PublicKey")
            return (plain.replace(_ML_DSA, "ML-DSA-"), None)

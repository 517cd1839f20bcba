"""Public keys and signatures of certificates."""

from __future__ import annotations

from cryptography import x509


def verifies(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key verifies the certificate's signature, weak hashes included.

    Names are not compared. Key types and algorithms that the library does not know count as
    not verified.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

    try:
        key = issuer.public_key()
        signature, signed = certificate.signature, certificate.tbs_certificate_bytes
        match key:
            case rsa.RSAPublicKey():
                parameters = certificate.signature_algorithm_parameters
                digest = certificate.signature_hash_algorithm
                if digest is None or not isinstance(parameters, (padding.PKCS1v15, padding.PSS)):
                    return False
                key.verify(signature, signed, parameters, digest)
            case ec.EllipticCurvePublicKey():
                algorithm = certificate.signature_algorithm_parameters
                if not isinstance(algorithm, ec.ECDSA):
                    return False
                key.verify(signature, signed, algorithm)
            case dsa.DSAPublicKey():
                digest = certificate.signature_hash_algorithm
                if digest is None:
                    return False
                key.verify(signature, signed, digest)
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
                key.verify(signature, signed)
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
            return (type(key).__name__.strip("_").removesuffix("PublicKey"), None)

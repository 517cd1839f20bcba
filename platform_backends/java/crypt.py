"""How PKCS#12 uses a password: its own key derivation, its seal and its encryption."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from platform_backends import der
from platform_backends.der import Value
from platform_backends.java.keystore import WrongPassword

_MAC, _KEY, _IV = 3, 1, 2  # RFC 7292 appendix B.3

#: Seals and ciphers take at most this many rounds: more would hang us. Java writes 10,000.
_MOST_ROUNDS = 1_000_000

_HASHES = {
    der.oid("1.3.14.3.2.26"): "sha1",
    der.oid("2.16.840.1.101.3.4.2.1"): "sha256",
    der.oid("2.16.840.1.101.3.4.2.2"): "sha384",
    der.oid("2.16.840.1.101.3.4.2.3"): "sha512",
}
_PRFS: dict[bytes, hashes.HashAlgorithm] = {
    der.oid("1.2.840.113549.2.7"): hashes.SHA1(),  # noqa: S303
    der.oid("1.2.840.113549.2.9"): hashes.SHA256(),
    der.oid("1.2.840.113549.2.10"): hashes.SHA384(),
    der.oid("1.2.840.113549.2.11"): hashes.SHA512(),
}
_AES_KEY_BYTES = {
    der.oid("2.16.840.1.101.3.4.1.2"): 16,
    der.oid("2.16.840.1.101.3.4.1.22"): 24,
    der.oid("2.16.840.1.101.3.4.1.42"): 32,
}
_PBES2 = der.oid("1.2.840.113549.1.5.13")
_PBKDF2 = der.oid("1.2.840.113549.1.5.12")
_SHA1_3DES = der.oid("1.2.840.113549.1.12.1.3")


def seal(mac_data: Value, password: str, content: bytes) -> bytes:
    """``MacData`` (RFC 7292 section 4) of `content`, with the salt and rounds of an earlier one."""
    info, salt, *rounds = mac_data.expect(der.SEQUENCE)
    algorithm, _ = info
    name = _HASHES.get(algorithm.first.whole)
    if name is None:
        raise ValueError("its seal is of an unknown kind")
    count = rounds[0].number if rounds else 1
    size = hashlib.new(name).digest_size
    key = _derive(name, _MAC, password, salt.content, rounds=count, size=size)
    digest = der.write(der.OCTETS, hmac.digest(key, content, name))
    sealed = der.write(der.SEQUENCE, algorithm.whole, digest)
    return der.write(der.SEQUENCE, sealed, salt.whole, *(r.whole for r in rounds))


def decrypt(algorithm: Value, password: str, data: bytes) -> bytes:
    """The plain bytes. Raises `WrongPassword`, and ``ValueError`` for ciphers that are not known."""
    reading = _cipher(algorithm, password).decryptor()
    try:
        padded = _all(reading, data)
        unpadder = padding.PKCS7(len(_iv(algorithm, password)) * 8).unpadder()
        plain: bytes = unpadder.update(padded) + unpadder.finalize()
        der.read(plain)
    except ValueError as error:
        raise WrongPassword from error
    return plain


def encrypt(algorithm: Value, password: str, plain: bytes) -> bytes:
    """The reverse of `decrypt`, with the same key."""
    padder = padding.PKCS7(len(_iv(algorithm, password)) * 8).padder()
    return _all(_cipher(algorithm, password).encryptor(), padder.update(plain) + padder.finalize())


def renewed(algorithm: Value) -> Value:
    """The same cipher with a fresh initial vector, where it has one of its own (PBES2)."""
    name, parameters = algorithm
    if name.whole != _PBES2:
        return algorithm
    derivation, scheme = parameters
    cipher, vector = scheme
    fresh = der.write(der.OCTETS, os.urandom(len(vector.content)))
    inside = der.write(der.SEQUENCE, derivation.whole, der.write(der.SEQUENCE, cipher.whole, fresh))
    return der.read(der.write(der.SEQUENCE, name.whole, inside))


def _all(context: CipherContext, data: bytes) -> bytes:
    return context.update(data) + context.finalize()


def _cipher(algorithm: Value, password: str) -> Cipher[modes.CBC]:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES

    key, mode = _key(algorithm, password), modes.CBC(_iv(algorithm, password))
    pbes2 = algorithm.first.whole == _PBES2
    return Cipher(algorithms.AES(key) if pbes2 else TripleDES(key), mode)


def _iv(algorithm: Value, password: str) -> bytes:
    name, parameters = algorithm
    if name.whole == _PBES2:
        _, scheme = parameters
        _, vector = scheme
        return vector.expect(der.OCTETS).content
    salt, rounds = parameters
    return _derive("sha1", _IV, password, salt.content, rounds=rounds.number, size=8)


def _key(algorithm: Value, password: str) -> bytes:
    name, parameters = algorithm
    if name.whole == _SHA1_3DES:
        salt, rounds = parameters
        return _derive("sha1", _KEY, password, salt.content, rounds=rounds.number, size=24)
    if name.whole != _PBES2:
        raise ValueError("its certificates are encrypted in a way that is no longer safe")
    derivation, scheme = parameters
    kind, given = derivation
    size = _AES_KEY_BYTES.get(scheme.first.whole)
    if kind.whole != _PBKDF2 or size is None:
        raise ValueError("its certificates are encrypted in an unknown way")
    salt, rounds, *more = given
    prf = next((p for p in more if p.tag == der.SEQUENCE), None)
    algorithm_of_prf = _PRFS.get(prf.first.whole) if prf else hashes.SHA1()  # noqa: S303
    if algorithm_of_prf is None or not 0 < rounds.number <= _MOST_ROUNDS:
        raise ValueError("its certificates are encrypted in an unknown way")
    return PBKDF2HMAC(algorithm_of_prf, size, salt.content, rounds.number).derive(password.encode())


def _derive(
    name: str, purpose: int, password: str, salt: bytes, *, rounds: int, size: int
) -> bytes:
    """RFC 7292 appendix B.2; the password as BMPString with its two zero bytes (B.1)."""
    if not 0 < rounds <= _MOST_ROUNDS:
        raise ValueError("its seal takes too many rounds")
    block = hashlib.new(name).block_size
    mixed = _filled(salt, block) + _filled(password.encode("utf-16-be") + b"\0\0", block)
    made = b""
    while len(made) < size:
        part = hashlib.new(name, bytes([purpose]) * block + mixed).digest()
        for _ in range(rounds - 1):
            part = hashlib.new(name, part).digest()
        made += part
        step = int.from_bytes(_filled(part, block)[:block]) + 1
        mixed = b"".join(
            ((int.from_bytes(mixed[at : at + block]) + step) % (1 << 8 * block)).to_bytes(block)
            for at in range(0, len(mixed), block)
        )
    return made[:size]


def _filled(data: bytes, block: int) -> bytes:
    """Repeated until it fills whole blocks; nothing stays nothing."""
    size = -(-len(data) // block) * block
    return (data * (size // len(data) + 1))[:size] if data else b""

"""Exactly one certificate, PEM around it, and a file name that can do no harm."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import re
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509

from platform_backends import der as encoding
from platform_backends.base import Decision, Entry, NotACertificate, Purpose

#: The largest certificate that a store takes, in bytes; real ones have one to four thousand.
MAX_DER = 128 * 1024

#: What `cryptography` raises on bytes that are no certificate.
_UNREADABLE = (ValueError, TypeError, x509.InvalidVersion)

_BLOCK = re.compile(
    rb"-----BEGIN (?P<label>(?P<trusted>TRUSTED )?(?:X509 )?CERTIFICATE)-----"
    rb"(?P<body>[^-]*)-----END (?P=label)-----(?:\r?\n)?"
)


@dataclass(frozen=True)
class Block:
    """One certificate of a PEM text, and where it stands in it."""

    der: bytes
    start: int
    end: int


def single(data: bytes) -> bytes:
    """The DER of the one certificate in `data` (DER, or PEM with text around it).

    Raises `NotACertificate` for anything else: nothing, several, a private key, garbage.
    """
    if not data.strip():
        raise NotACertificate("This is empty, not a certificate.", "Name a certificate file.")
    if b"PRIVATE KEY-----" in data:
        raise NotACertificate(
            "This holds a private key, which must stay secret and is no certificate.",
            "Name a file that holds the certificate alone.",
        )
    if len(data) > 2 * MAX_DER:
        raise NotACertificate("This is too large for one certificate.", "Name another file.")
    found = [data] if b"-----BEGIN " not in data else [block.der for block in blocks(data)]
    if len(found) > 1:
        raise NotACertificate(
            f"This holds {len(found)} certificates, not one.", "Give them one at a time."
        )
    if not found or len(found[0]) > MAX_DER or not parses(found[0]):
        raise NotACertificate("This is not an X.509 certificate.", "Name a certificate file.")
    return found[0]


def parses(der: bytes) -> bool:
    """Whether `cryptography` reads these bytes, and all of them, as one certificate."""
    return bool(_readable([der]))


def blocks(text: bytes, *, trusted: bool = False) -> tuple[Block, ...]:
    """Every readable PEM block of `text` that is labelled as a certificate; with `trusted`, also those
    of OpenSSL that name purposes behind the certificate (openssl-x509(1), "Trust Settings")."""
    found = []
    for match in _BLOCK.finditer(text):
        if match["trusted"] and not trusted:
            continue
        try:
            der = binascii.a2b_base64(match["body"])
        except binascii.Error:
            continue
        with contextlib.suppress(ValueError):  # what is no DER is told when it is read
            der = encoding.first(der).whole if match["trusted"] else der
        found.append(Block(der, match.start(), match.end()))
    return tuple(found)


def all_in(data: bytes) -> tuple[bytes, ...]:
    """Every certificate (DER) of a file, PEM or DER; empty when there is none."""
    found = [block.der for block in blocks(data)] if b"-----BEGIN " in data else [data]
    return tuple(_readable(found))


def openssl_trusted(data: bytes) -> tuple[bytes, ...]:
    """Every certificate (DER) of a PEM text, also in OpenSSL's form with purposes behind it."""
    return tuple(_readable(block.der for block in blocks(data, trusted=True)))


def is_authority(der: bytes) -> bool:
    """Whether it may sign others: basic constraints, or version 1 and its own issuer."""
    certificate = x509.load_der_x509_certificate(der)
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        old = certificate.version is x509.Version.v1
        return old and certificate.issuer == certificate.subject
    except ValueError:
        return False


def _readable(found: Iterable[bytes]) -> list[bytes]:
    good = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old roots whose serial number is zero, for one
        for der in found:
            try:
                x509.load_der_x509_certificate(der)
            except _UNREADABLE:
                continue
            good.append(der)
    return good


def without(text: bytes, sha256: str) -> bytes | None:
    """`text` less the blocks of one certificate; None when no other certificate would be left."""
    kept = list(blocks(text, trusted=True))
    gone = [block for block in kept if hashlib.sha256(block.der).hexdigest() == sha256]
    if len(gone) == len(kept):
        return None
    for block in reversed(gone):
        text = text[: block.start] + text[block.end :]
    return text


def pem(der: bytes) -> bytes:
    """PEM of one certificate (RFC 7468: lines of 64 characters, LF)."""
    body = base64.b64encode(der)
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return b"\n".join([b"-----BEGIN CERTIFICATE-----", *lines, b"-----END CERTIFICATE-----", b""])


def safe_name(der: bytes) -> str:
    """``trustmgr-<common name>-<16 hexadecimal digits of SHA-256>.crt``; ASCII letters, digits, ``-``.

    Whatever the subject holds (spaces, quotes, newlines, path separators), the name is harmless.
    """
    try:
        found = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(
            x509.NameOID.COMMON_NAME
        )
        common_name = str(found[-1].value) if found else ""
    except _UNREADABLE:
        common_name = ""
    plain = unicodedata.normalize("NFKD", common_name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "certificate"
    return f"trustmgr-{slug}-{hashlib.sha256(der).hexdigest()[:16]}.crt"


def trusted_pem(entries: Iterable[Entry], purpose: Purpose = Purpose.SERVER_AUTH) -> bytes:
    """PEM of every certificate trusted for `purpose`, each once; for handing to a client.

    A certificate that any entry distrusts for the purpose is left out.
    """
    known = tuple(entries)
    bad = {e.sha256 for e in known if e.trust.decision(purpose) is Decision.DISTRUSTED}
    good = {
        e.sha256: e.der
        for e in known
        if e.trust.decision(purpose) is Decision.TRUSTED and e.sha256 not in bad
    }
    return b"".join(pem(der) for der in good.values())

"""Certificates in all the ways in which people are handed them, from bytes alone."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509

from trustmgr import der
from trustmgr.probe import serialized_store
from trustmgr.probe.refusals import Kind
from trustmgr.text import inert

AskPassword = Callable[[], str]

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_BARE_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+={0,2}\s*")
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|title|script)\b", re.IGNORECASE)
#: Object identifier 1.2.840.113549.1.7.2, signedData (RFC 2315), as DER.
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
#: ``INTEGER 3`` as the first thing inside: a PFX (RFC 7292 section 4).
_PFX_VERSION = b"\x02\x01\x03"
_JAVA_KEY_STORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_ZIP = b"PK\x03\x04"


@dataclass
class Found:
    """Certificates (DER) in their order, what could not be read, and what else there was."""

    certificates: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    others: list[Kind] = field(default_factory=list)


def find_certificates(data: bytes, open_pfx: Callable[[bytes], list[bytes]]) -> Found:
    """Everything that can be found in the bytes of a file; never raises for what they hold.

    `open_pfx` opens a PKCS#12 and may raise (it asks for the password).
    """
    found = Found()
    if not data.strip():
        found.others.append(Kind.EMPTY)
    elif der.looks_encoded(data):
        _from_der(data, found, open_pfx)
    elif serialized_store.looks_serialized(data):
        for number, held in enumerate(serialized_store.certificates(data), 1):
            _keep(held, f"entry {number}", found)
        if not serialized_store.is_whole(data):
            found.others.append(Kind.CUT_OFF)
    else:
        _from_text(_plain_text(data), found, open_pfx)
    found.certificates = list(dict.fromkeys(found.certificates))
    return found


def _plain_text(data: bytes) -> bytes:
    """UTF-16 and UTF-8 with a mark at the start, as Windows writes them, to plain ASCII bytes."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    encoding = None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif len(data) >= 4 and data[1] == data[3] == 0 != data[0]:
        encoding = "utf-16-le"
    elif len(data) >= 4 and data[0] == data[2] == 0 != data[1]:
        encoding = "utf-16-be"
    return data.decode(encoding, "replace").encode("ascii", "replace") if encoding else data


def _from_text(text: bytes, found: Found, open_pfx: Callable[[bytes], list[bytes]]) -> None:
    for number, match in enumerate(_PEM.finditer(text), 1):
        _from_block(match[1].decode("ascii"), match[2], number, found)
    if found.certificates or found.problems or found.others:
        return
    if b"-----BEGIN CERTIFICATE-----" in text:
        found.others.append(Kind.CUT_OFF)
    elif _WEB_PAGE.match(text):
        found.others.append(Kind.WEB_PAGE)
    elif text.startswith(_JAVA_KEY_STORES):
        found.others.append(Kind.KEY_STORE)
    elif text.startswith(_ZIP):
        found.others.append(Kind.ARCHIVE)
    elif _BARE_BASE64.fullmatch(text) and der.looks_encoded(decoded := _base64(text)):
        _from_der(decoded, found, open_pfx)


def _from_block(label: str, body: bytes, number: int, found: Found) -> None:
    """One PEM block (RFC 7468 section 4, and the older labels that it lists)."""
    if label in ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"):
        decoded = _base64(body)
        # OpenSSL's TRUSTED CERTIFICATE has its own settings behind the certificate
        parts = der.elements(decoded)[:1] if label.startswith("TRUSTED") else [decoded]
        for certificate in parts or [decoded]:
            _keep(certificate, f"block {number}", found)
    elif label in ("PKCS7", "CMS", "CERTIFICATE CHAIN"):
        _from_pkcs7(_base64(body), found)
    elif label.endswith("PRIVATE KEY"):
        found.others.append(Kind.PRIVATE_KEY)
    elif label.endswith("PUBLIC KEY"):
        found.others.append(Kind.PUBLIC_KEY)
    elif label.endswith("CERTIFICATE REQUEST"):
        found.others.append(Kind.REQUEST)
    elif label == "X509 CRL":
        found.others.append(Kind.CRL)


def _base64(body: bytes) -> bytes:
    """The bytes of a block, its header lines left out; empty when it is no base64."""
    lines = (line for line in body.splitlines() if b":" not in line)
    try:
        return binascii.a2b_base64(b"".join(b"".join(lines).split()), strict_mode=True)
    except binascii.Error:
        return b""


def _from_der(data: bytes, found: Found, open_pfx: Callable[[bytes], list[bytes]]) -> None:
    length = der.element_length(data)
    if length is not None and length > len(data):
        found.others.append(Kind.CUT_OFF)
        return
    if _SIGNED_DATA in data[:32]:
        _from_pkcs7(data, found)
    elif _PFX_VERSION in data[2:9]:
        found.certificates.extend(open_pfx(data))
    elif (other := _other_kind(data)) is not None:
        found.others.append(other)
    else:  # several certificates may stand one after the other, or other things behind the first
        parts = der.elements(data) or [data]
        _keep(parts[0], "the file", found)
        found.certificates.extend(part for part in parts[1:] if _is_certificate(part))


def _keep(data: bytes, where: str, found: Found) -> None:
    try:
        x509.load_der_x509_certificate(data)
    except Exception as error:  # cryptography raises several unrelated classes here
        found.problems.append(f"{where}: {_why(error) if data else 'it is no base64'}")
    else:
        found.certificates.append(data)


def _why(error: Exception) -> str:
    """The library's reason, unless it is about its own parser."""
    words = str(error)
    return inert(words, 120) if words and "ParseError" not in words else "it is damaged"


def _is_certificate(data: bytes) -> bool:
    probe = Found()
    _keep(data, "", probe)
    return bool(probe.certificates)


def _from_pkcs7(data: bytes, found: Found) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    try:
        held = pkcs7.load_der_pkcs7_certificates(data)
        found.certificates.extend(one.public_bytes(Encoding.DER) for one in held)
    except Exception as error:  # several unrelated classes
        found.problems.append(f"PKCS#7: {_why(error)}")


def _other_kind(data: bytes) -> Kind | None:
    """What well-formed DER is, if it is a known thing other than a certificate."""
    if _is_certificate((der.elements(data) or [data])[0]):
        return None
    from cryptography.hazmat.primitives import serialization

    loaders: tuple[tuple[Callable[[bytes], object], Kind], ...] = (
        (x509.load_der_x509_csr, Kind.REQUEST),
        (x509.load_der_x509_crl, Kind.CRL),
        (lambda one: serialization.load_der_private_key(one, None), Kind.PRIVATE_KEY),
        (serialization.load_der_public_key, Kind.PUBLIC_KEY),
    )
    for loader, kind in loaders:
        try:
            loader(data)
        except TypeError:  # an encrypted private key wants its password
            return kind
        except Exception:  # noqa: S112 -- several unrelated classes, all meaning: not this
            continue
        return kind
    return None

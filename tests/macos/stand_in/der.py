"""As much of X.509 as `security` looks at: serial number, issuer, subject, common name."""

from __future__ import annotations

import base64

_COMMON_NAME = bytes.fromhex("0603550403")


class Names:
    def __init__(self, serial: bytes, issuer: bytes, subject: bytes) -> None:
        self.serial, self.issuer, self.subject = serial, issuer, subject

    @property
    def self_signed(self) -> bool:
        return self.issuer == self.subject

    @property
    def common_name(self) -> str:
        at = self.subject.rfind(_COMMON_NAME)
        if at < 0:
            return ""
        value, _ = _element(self.subject, at + len(_COMMON_NAME))
        return _content(value).decode(errors="replace")


def names(der: bytes) -> Names:
    """Raises ``IndexError`` or ``ValueError`` on what is no certificate."""
    outer, end = _element(der, 0)
    if end != len(der) or der[0] != 0x30:
        raise ValueError("not a certificate")
    body = _content(_element(_content(outer), 0)[0])
    parts, at = [], 0
    while at < len(body):
        part, at = _element(body, at)
        parts.append(part)
    if parts[0][0] == 0xA0:  # version
        del parts[0]
    return Names(_content(parts[0]), parts[2], parts[4])


def pem(der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"])


def content_of(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def first(data: bytes) -> bytes:
    """The first PEM block, or DER."""
    body = data.partition(b"-----BEGIN CERTIFICATE-----")[2].partition(b"-----END ")[0]
    der = base64.b64decode(body) if body else data
    names(der)
    return der


def _element(data: bytes, at: int) -> tuple[bytes, int]:
    length, body = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, body = int.from_bytes(data[body : body + count], "big"), body + count
    if body + length > len(data):
        raise ValueError("too short")
    return data[at : body + length], body + length


def _content(element: bytes) -> bytes:
    skip = 2 + (element[1] & 0x7F if element[1] & 0x80 else 0)
    return element[skip:]

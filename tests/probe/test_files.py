"""Certificate files of every kind, and files that are something else."""

from __future__ import annotations

import base64
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs7, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from tests.making import NOW, make, name
from trustmgr.errors import PasswordNeeded, UnreadableInput
from trustmgr.probe.files import certificates_in, read_certificates

ROOT = make("Root", ca=True)
LEAF = make("Leaf", ROOT, names=("leaf.example",))
BOTH = [LEAF.der, ROOT.der]


def read(folder: Path, data: bytes, password: str | None = None) -> list[bytes]:
    path = folder / "file"
    path.write_bytes(data)
    return read_certificates(str(path), (lambda _name: password) if password is not None else None)[
        0
    ]


PEM = LEAF.pem + ROOT.pem


WAYS = [
    PEM,
    b"Subject: something\n\n" + LEAF.pem + b"\nand text\nkey: value\n" + ROOT.pem + b"end",
    PEM.replace(b"\n", b"\r\n"),
    PEM.replace(b"\n", b"\r"),
    b"\xef\xbb\xbf" + PEM,
    PEM.decode().encode("utf-16"),
    PEM.decode().encode("utf-16-le"),
    PEM.decode().encode("utf-16-be"),
    b"\xfe\xff" + PEM.decode().encode("utf-16-be"),
    LEAF.key_pem + PEM,
    LEAF.der + ROOT.der,
    PEM.replace(b"BEGIN CERTIFICATE", b"BEGIN X509 CERTIFICATE").replace(
        b"END CERTIFICATE", b"END X509 CERTIFICATE"
    ),
]


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_ways_of_writing_two_certificates(number: int, tmp_path: Path) -> None:
    assert read(tmp_path, WAYS[number]) == BOTH


def sst(*certificates: bytes) -> bytes:
    """As Microsoft's tools save a store: each with a property in front of it, and a zero at the end."""
    records = [(11, "A name\0".encode("utf-16-le")), *((32, one) for one in certificates)]
    body = b"".join(struct.pack("<III", number, 1, len(data)) + data for number, data in records)
    return b"\0\0\0\0CERT" + body + bytes(12)


def test_a_serialized_store(tmp_path: Path) -> None:
    whole = sst(*BOTH)
    assert read(tmp_path, whole) == BOTH
    assert read(tmp_path, whole[: 8 + 12 + 14 + 12 + len(LEAF.der) + 30]) == BOTH[:1]
    for nothing, words in ((sst(), "holds no certificate"), (whole[:60], "cut off")):
        with pytest.raises(UnreadableInput, match=words):
            read(tmp_path, nothing)


def test_one_certificate(tmp_path: Path) -> None:
    assert read(tmp_path, LEAF.der) == [LEAF.der]
    assert read(tmp_path, base64.encodebytes(LEAF.der)) == [LEAF.der]
    assert read(tmp_path, base64.b64encode(LEAF.der)) == [LEAF.der]
    assert read(tmp_path, LEAF.pem + LEAF.pem) == [LEAF.der]


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_pkcs7(encoding: Encoding, tmp_path: Path) -> None:
    data = pkcs7.serialize_certificates([LEAF.certificate, ROOT.certificate], encoding)
    assert sorted(read(tmp_path, data)) == sorted(BOTH)


def pfx(password: bytes | None) -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(
        b"n", LEAF.key, LEAF.certificate, [ROOT.certificate], encryption
    )


def test_pkcs12(tmp_path: Path) -> None:
    assert read(tmp_path, pfx(None)) == BOTH
    assert read(tmp_path, pfx("geheim ö".encode()), "geheim ö") == BOTH
    with pytest.raises(PasswordNeeded, match="password"):
        read(tmp_path, pfx(b"secret"))
    with pytest.raises(UnreadableInput, match="does not open") as caught:
        read(tmp_path, pfx(b"secret"), "wrong")
    assert not isinstance(caught.value, PasswordNeeded)
    only = pkcs12.serialize_key_and_certificates(
        None, None, None, [ROOT.certificate], NoEncryption()
    )
    assert read(tmp_path, only) == [ROOT.der]


def test_pkcs12_that_would_compute_for_hours(tmp_path: Path) -> None:
    data = pfx(b"secret")
    salt = next(
        at
        for at in range(len(data))
        if data[at] == 4
        and data[at + 2 + data[at + 1] :][:1] == b"\x02"
        and 8 <= data[at + 1] <= 64
    )
    count = salt + 2 + data[salt + 1]
    bomb = data[:count] + b"\x02\x04\x7f\xff\xff\xff" + data[count + 2 + data[count + 1] :]
    with pytest.raises(UnreadableInput, match="computing"):
        read(tmp_path, bomb, "secret")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="not installed: openssl")
def test_files_of_openssl(tmp_path: Path) -> None:
    source = tmp_path / "in.pem"
    source.write_bytes(LEAF.pem)
    out = tmp_path / "out"
    for form in ("PEM", "DER"):
        subprocess.run(
            ["openssl", "x509", "-in", source, "-trustout", "-addtrust", "serverAuth"]  # noqa: RUF005
            + ["-setalias", "x", "-outform", form, "-out", out],
            check=True,
        )
        assert read_certificates(str(out))[0] == [LEAF.der]
    subprocess.run(["openssl", "x509", "-in", source, "-text", "-out", out], check=True)
    assert read_certificates(str(out))[0] == [LEAF.der]


def request() -> bytes:
    made = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name("r"))
        .sign(LEAF.key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def crl() -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(name("Root"))
    builder = builder.last_update(NOW).next_update(NOW.replace(year=NOW.year + 1))
    return builder.sign(ROOT.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def der_of(data: bytes) -> bytes:
    return base64.b64decode(b"".join(data.splitlines()[1:-1]))


def locked_key() -> bytes:
    return bytes(
        LEAF.key.private_bytes(
            Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"x"),
        )
    )


OTHERS = [
    (b"", "empty"),
    (b" \n\n", "empty"),
    (b"hello there", "no certificate"),
    (bytes(range(256)) * 12, "no certificate"),
    (LEAF.key_pem, "private key"),
    (der_of(LEAF.key_pem), "private key"),
    (locked_key(), "private key"),
    (request(), "request"),
    (der_of(request()), "request"),
    (crl(), "revocation list"),
    (der_of(crl()), "revocation list"),
    (b"<!DOCTYPE html><html><body>Please log in</body></html>", "web page"),
    (b"\n<html><head></head></html>", "web page"),
    (b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1", "key store"),
    (b"PK\x03\x04\x14\0", "archive"),
    (LEAF.pem[:300], "cut off"),
    (LEAF.der[:300], "cut off"),
    (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
    (b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "cannot be read"),
    (b'{"format": "trustmgr-evidence", "version": 1}', "saved evidence"),
    (b"0" * 100, "no certificate"),
]


@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_files_that_are_something_else(number: int, tmp_path: Path) -> None:
    data, word = OTHERS[number]
    with pytest.raises(UnreadableInput, match=word) as caught:
        read(tmp_path, data)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_one_broken_among_good_ones(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(LEAF.pem + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    certificates, problems = read_certificates(str(path))
    assert certificates == [LEAF.der]
    assert len(problems) == 1 and "block 2" in problems[0]


def test_things_that_are_no_files(tmp_path: Path) -> None:
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    wrong = [(huge, "too big"), (tmp_path, "folder"), (tmp_path / "none", "no file")]
    if sys.platform == "win32":
        wrong += [(Path("NUL"), "device"), (huge / "under", "no file")]
    else:
        os.mkfifo(tmp_path / "pipe")
        wrong += [(tmp_path / "pipe", "pipe"), (Path("/dev/zero"), "device")]
        wrong += [(huge / "under", "cannot be read")]
    for path, word in wrong:
        with pytest.raises(UnreadableInput, match=word):
            read_certificates(str(path))


@given(st.binary(max_size=400))
def test_any_bytes_give_certificates_or_one_sentence(data: bytes) -> None:
    for text in (data, b"0\x82" + data, PEM[:200] + data, LEAF.der[: len(data)] + data):
        try:
            certificates_in(text, "f")
        except UnreadableInput as error:
            assert "\n" not in str(error)

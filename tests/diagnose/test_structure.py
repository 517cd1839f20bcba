"""What only hand-made certificates have: a wrong form, which the standards forbid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from tests.differential.chains import Chain, good, make
from tests.differential.chains import Made as MadeChain
from tests.differential.verifiers import accepts, causes, ours
from trustmgr import der
from trustmgr.certificate import Certificate
from trustmgr.diagnose.structure import envelope_defect

Fields = list[bytes]
_VERSION, _SERIAL, _ALGORITHM, _VALIDITY = 0, 1, 2, 4


def wrap(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size < 128:
        return bytes([tag, size]) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + contents


def resigned(
    certificate: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    change: Callable[[Fields], Fields],
) -> x509.Certificate:
    """The certificate with the fields of its TBSCertificate changed, signed anew."""
    body = der.elements(certificate.tbs_certificate_bytes)[0]
    fields = der.elements(body[len(body) - len(der.fields(body)[0][1]) :])
    tbs = wrap(der.SEQUENCE, b"".join(change(fields)))
    _, algorithm, _ = der.sequence(certificate.public_bytes(Encoding.DER))
    signature = key.sign(tbs, ec.ECDSA(hashes.SHA256()))
    whole = tbs + wrap(der.SEQUENCE, algorithm[1]) + wrap(0x03, b"\0" + signature)
    return x509.load_der_x509_certificate(wrap(der.SEQUENCE, whole))


def bent(change: Callable[[Fields], Fields], chain: Chain | None = None) -> MadeChain:
    chain = chain or good()
    made = make(chain)
    leaf = resigned(made.leaf, chain.drafts[1].key, change)
    return MadeChain(leaf, made.untrusted, made.root)


def put(index: int, value: bytes) -> Callable[[Fields], Fields]:
    return lambda fields: [*fields[:index], value, *fields[index + 1 :]]


def validity(start: bytes, end: bytes, tag: int = der.UTC_TIME) -> bytes:
    return wrap(der.SEQUENCE, wrap(tag, start) + wrap(tag, end))


SHA384 = bytes.fromhex("300a06082a8648ce3d040303")


@pytest.mark.parametrize(
    ("change", "accepted"),
    [
        (lambda fields: fields, True),
        (put(_SERIAL, wrap(der.INTEGER, b"\x7f" + bytes(19))), True),
        (put(_SERIAL, wrap(der.INTEGER, b"\0\xff" + bytes(19))), False),
        (put(_ALGORITHM, SHA384), False),
        (put(_VALIDITY, validity(b"20260101000000Z", b"20270101000000Z", 0x18)), True),
        (lambda fields: fields[1:-1], False),  # version 1, without extensions
    ],
    ids=["as it was", "20 octets", "21 octets", "two algorithms", "generalized", "version 1"],
)
def test_form(change: Callable[[Fields], Fields], accepted: bool) -> None:
    report = ours(bent(change))
    assert accepts(report) is accepted, causes(report)
    if not accepted:
        assert "malformed-certificate" in causes(report)


def test_two_algorithms_are_refused_for_sites_too() -> None:
    leaf = bent(put(_ALGORITHM, SHA384)).leaf
    assert envelope_defect(Certificate(leaf.public_bytes(Encoding.DER))) is not None


def test_a_file_whose_first_certificate_is_broken_is_never_judged_by_the_second() -> None:
    made = make(good())
    broken = made.ders[0][:-20] + bytes(20)
    cut = broken.replace(b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02", b"\xff" * 10, 1)
    report = ours(MadeChain(made.leaf, made.untrusted, made.root))
    assert accepts(report)
    from dataclasses import replace

    from trustmgr.diagnose import diagnose

    evidence = replace(report.evidence, file_certificates=(cut, *made.ders[1:]))
    assert causes(diagnose(evidence)) == {"malformed-certificate"}

"""Certificates, evidence, OCSP answers and CRLs, broken at random: a report or one sentence, never more.

``TRUSTMGR_FUZZ_SECONDS`` says how long (CI: 60). What fails is printed with the seed that makes it again.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cryptography_vectors
import pytest

from tests.diagnose.test_rules import evidence as made_evidence
from tests.making import NOW, chain
from trustmgr import evidence_file
from trustmgr.certificate import Certificate
from trustmgr.cli.report_json import document
from trustmgr.diagnose import diagnose
from trustmgr.diagnose.crl import judge_crl
from trustmgr.diagnose.revocation import judge_ocsp
from trustmgr.errors import TrustManagerError
from trustmgr.evidence import Evidence
from trustmgr.probe.formats import find_certificates

SECONDS = float(os.environ.get("TRUSTMGR_FUZZ_SECONDS", "4"))
FOLDER = Path(cryptography_vectors.__file__).parent / "x509"
LEAF, MIDDLE, ROOT = chain("site.example")
BASE = made_evidence((LEAF, MIDDLE), (ROOT,))


@cache
def seeds(*endings: str) -> list[bytes]:
    found = sorted(
        p for p in FOLDER.rglob("*") if p.suffix in endings and p.stat().st_size < 20_000
    )
    return [path.read_bytes() for path in found]


def broken(data: bytes, chance: random.Random) -> bytes:
    """One to eight small damages: bits, bytes, lengths, cuts and repetitions."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(found) or 1)
        match chance.randrange(6):
            case 0 if found:
                found[at] ^= 1 << chance.randrange(8)
            case 1 if found:
                found[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 2:
                del found[at : at + chance.randint(1, 20)]
            case 3:
                found[at:at] = found[at : at + chance.randint(1, 40)]
            case 4:
                found[at:at] = chance.randbytes(chance.randint(1, 8))
            case 5:
                del found[at : len(found) if chance.random() < 0.1 else at + 1]
    return bytes(found)


def certificate(chance: random.Random) -> None:
    data = broken(chance.choice(seeds(".pem", ".der", ".crt", ".p7b")), chance)
    found = find_certificates(data, lambda pfx: [])
    shown = tuple(found.certificates[:5])
    judged = [replace(BASE, file_certificates=shown, attempts=(), unreadable=tuple(found.problems))]
    judged.append(made_evidence(()))
    attempt = replace(BASE.attempts[0], sent=(data, *shown, LEAF.der))
    judged.append(replace(BASE, attempts=(attempt,)))
    for one in judged:
        document(diagnose(one))


def der_of_a_chain(chance: random.Random) -> None:
    sent = tuple(broken(m.der, chance) if chance.random() < 0.6 else m.der for m in (LEAF, MIDDLE))
    attempt = replace(BASE.attempts[0], sent=sent, stapled_ocsp=chance.randbytes(40))
    report = diagnose(replace(BASE, attempts=(attempt,)))
    document(report)
    if sent != (LEAF.der, MIDDLE.der) and report.chain:
        same = report.chain[0].x509.tbs_certificate_bytes == LEAF.certificate.tbs_certificate_bytes
        assert report.verdict != "trusted" or same, "a damaged leaf is trusted"


def saved_evidence(chance: random.Random) -> None:
    text = broken(evidence_file.dump(BASE).encode(), chance).decode("utf-8", "replace")
    loaded: Evidence = evidence_file.load(text)
    document(diagnose(loaded))


def revocation(chance: random.Random) -> None:
    one, issuer = Certificate(LEAF.der), Certificate(MIDDLE.der)
    data = broken(chance.choice(seeds(".der", ".crl", ".pem")), chance)
    judge_crl(data, "fuzz", one, [issuer], NOW)
    judge_ocsp(data, "fuzz", one, issuer, NOW)


@pytest.mark.parametrize("target", [certificate, der_of_a_chain, saved_evidence, revocation])
def test_nothing_breaks(target: Callable[[random.Random], None]) -> None:
    seed, end = int.from_bytes(os.urandom(4), "big"), time.monotonic() + SECONDS / 4
    while time.monotonic() < end:
        seed += 1
        try:
            target(random.Random(seed))
        except TrustManagerError as refusal:
            assert str(refusal).count("\n") == 0
        except BaseException:
            print(f"seed {seed}")
            raise

"""Fingerprints as people have them."""

from __future__ import annotations

import pytest

from ui.certificate.fingerprint import Match, compare, grouped, normal

SHA256 = "a1b2" * 16


@pytest.mark.parametrize(
    "typed",
    [
        SHA256,
        SHA256.upper(),
        ":".join(SHA256[i : i + 2] for i in range(0, 64, 2)),
        grouped(SHA256),
        f"SHA256 Fingerprint={SHA256}",
        f"sha256 Fingerprint={':'.join(SHA256[i : i + 2] for i in range(0, 64, 2)).upper()}",
        f"SHA-256: {SHA256}",
        f"  {SHA256}\n",
        f"\u200e{SHA256}",
    ],
)
def test_every_usual_form_matches(typed: str) -> None:
    assert compare(typed, SHA256) is Match.RIGHT
    assert normal(typed) == SHA256


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Match.NOTHING),
        ("a1b2", Match.UNFINISHED),
        ("00" * 32, Match.WRONG),
        (SHA256 + "00", Match.WRONG),
        ("ab" * 20, Match.SHA1),
        ("not a fingerprint", Match.NOT_HEX),
    ],
)
def test_anything_else_does_not(typed: str, expected: Match) -> None:
    assert compare(typed, SHA256) is expected

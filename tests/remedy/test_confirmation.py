from __future__ import annotations

import pytest

from tests.making import Made
from trustmgr.engine import Engine
from trustmgr.errors import ConfirmationNeeded, ExitCode, UsageError
from trustmgr.plan import Confirmation
from trustmgr.remedy.confirmation import FingerprintMismatch, check, read_fingerprints

SHA = "0123456789abcdef" * 4


def colons(sha: str) -> str:
    return ":".join(sha[i : i + 2] for i in range(0, len(sha), 2)).upper()


@pytest.mark.parametrize(
    "text",
    [
        SHA,
        SHA.upper(),
        colons(SHA),
        colons(SHA).replace(":", " "),
        f"SHA256:{SHA}",
        f"SHA-256: {colons(SHA)}",
        f"sha256 Fingerprint={colons(SHA)}",
        f"\u200e{colons(SHA).replace(':', ' ')}\n",
        f"  {SHA[:32]}\n  {SHA[32:]}\t",
        colons(SHA).replace(":", "\u00a0"),
    ],
)
def test_every_way_of_writing_is_understood(text: str) -> None:
    assert read_fingerprints(text) == (SHA,)


def test_several() -> None:
    assert read_fingerprints(f"{SHA}, {colons(SHA[::-1])}") == (SHA, SHA[::-1])
    assert read_fingerprints(f"SHA256:{SHA} SHA256:{SHA}") == (SHA, SHA)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (SHA[:40], "SHA-1"),
        (SHA[:32], "SHA-1 or MD5"),
        (f"SHA1 Fingerprint={colons(SHA[:40])}", "SHA-1"),
        (SHA[:63], "63 digits"),
        (SHA[:16], "16 digits"),
        (SHA + "00", "66 digits"),
        ("hello", "only the digits"),
        (SHA[:-1] + "g", "only the digits"),
        ("", "No fingerprint"),
        (" : ", "No fingerprint"),
        ("\uff11" * 64, "only the digits"),  # full-width digits are not digits here
    ],
)
def test_what_is_none_is_said_clearly(text: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        read_fingerprints(text)


def test_a_named_file_is_enough_only_when_the_certificate_came_from_it(
    engine: Engine, root: Made
) -> None:
    from_file = engine.plan_import([root.der], from_network=False)
    from_network = engine.plan_import([root.der], from_network=True)
    check(from_file, Confirmation(named_file=True))
    for plan, word in (
        (from_network, Confirmation(named_file=True)),
        (from_file, Confirmation()),
        (from_network, Confirmation()),
    ):
        with pytest.raises(ConfirmationNeeded) as caught:
            check(plan, word)
        assert caught.value.exit_code is ExitCode.REFUSED
    check(from_network, Confirmation(fingerprint=root.sha256))


def test_the_wrong_fingerprint_is_refused_even_with_a_named_file(
    engine: Engine, root: Made, other: Made
) -> None:
    plan = engine.plan_import([root.der], from_network=False)
    with pytest.raises(FingerprintMismatch, match="NOT the certificate"):
        check(plan, Confirmation(fingerprint=other.sha256, named_file=True))


def test_each_of_several_has_to_be_confirmed(engine: Engine, root: Made, other: Made) -> None:
    plan = engine.plan_import([root.der, other.der], from_network=True)
    with pytest.raises(ConfirmationNeeded, match="1 of 2"):
        check(plan, Confirmation(fingerprint=root.sha256))
    check(plan, Confirmation(fingerprint=f"{other.sha256} {root.sha256}"))


def test_nothing_happens_without_confirmation(engine: Engine, root: Made) -> None:
    plan = engine.plan_import([root.der], from_network=True)
    with pytest.raises(ConfirmationNeeded):
        engine.apply(plan, Confirmation())
    assert engine.history() == ()
    assert not engine.sandbox or not engine.sandbox.exists()

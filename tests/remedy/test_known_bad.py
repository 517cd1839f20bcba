"""Known bad authorities are never made trusted: not by a plan, not by a fingerprint, not by the command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.cli.running import trustmgr
from tests.making import Made
from trustmgr import knownbad
from trustmgr.certificate import Certificate
from trustmgr.engine import Engine
from trustmgr.evidence_file import dump
from trustmgr.plan import Confirmation
from trustmgr.remedy.confirmation import check
from trustmgr.remedy.warnings import KnownBadCertificate

FILE = Path(__file__).with_name("data") / "superfish.pem"
SUPERFISH = x509.load_pem_x509_certificate(FILE.read_bytes()).public_bytes(Encoding.DER)
SHA256 = "b6fe9151402bad1c06d7e66db67a26aa7356f2e6c644dbcf9f98968ff632e1b7"


def test_the_real_one_is_known_by_itself_and_by_its_key() -> None:
    certificate = Certificate(SUPERFISH)
    assert certificate.sha256 == SHA256
    for key in (f"certificate {certificate.sha256}", f"key {certificate.spki_sha256}"):
        assert knownbad._table()[key].name == "Superfish"
    bad = knownbad.known_bad(certificate)
    assert bad is not None


def test_no_plan_is_made(engine: Engine, root: Made) -> None:
    for from_network in (True, False):
        with pytest.raises(KnownBadCertificate, match="Superfish") as caught:
            engine.plan_import([root.der, SUPERFISH], from_network=from_network)
        assert "\n" not in str(caught.value)


def test_no_plan_that_was_made_otherwise_is_confirmed(engine: Engine, root: Made) -> None:
    plan = engine.plan_import([root.der], from_network=True)
    bad = replace(plan, steps=(replace(plan.steps[0], der=SUPERFISH, sha256=SHA256),))
    with pytest.raises(KnownBadCertificate):
        check(bad, Confirmation(fingerprint=SHA256))
    with pytest.raises(KnownBadCertificate):
        engine.apply(bad, Confirmation(fingerprint=SHA256))
    assert engine.history() == ()


@pytest.mark.parametrize("word", [["--yes"], ["--fingerprint", SHA256], ["--dry-run"]])
def test_the_command_says_so_in_one_sentence(tmp_path: Path, word: list[str]) -> None:
    ran = trustmgr("import", str(FILE), "--store", f"folder:{tmp_path / 'store'}", *word)
    assert ran.code == 4
    assert "Superfish" in ran.err
    assert "public" in ran.err
    assert ran.err.count("\n") <= 2
    assert not (tmp_path / "store").exists()


def test_list_warns_where_it_is_trusted(tmp_path: Path, root: Made) -> None:
    store = tmp_path / "store"
    store.mkdir()
    (store / "theirs.pem").write_bytes(FILE.read_bytes())
    (store / "fine.pem").write_bytes(root.pem)
    shown = trustmgr("list", "--store", f"folder:{store}").out
    assert (
        "Warning: “Superfish, Inc.” belongs to Superfish and must not be trusted"
        in shown.replace("\n", " ")
    )
    held = trustmgr("list", "--store", f"folder:{store}", "--json").json["certificates"]
    warnings = {one["sha256"]: one["warning"] for one in held}
    assert warnings[root.sha256] is None
    assert "Superfish" in warnings[SHA256]


def test_what_was_seen_over_a_connection_is_no_file_from_an_administrator(
    tmp_path: Path, root: Made
) -> None:
    """Saved evidence holds what the connection brought: it confirms nothing, and is not imported."""
    from tests.diagnose.test_rules import evidence

    saved = tmp_path / "evidence.pem"
    saved.write_text(dump(evidence((root,))))
    for word in (["--yes"], ["--fingerprint", root.sha256]):
        ran = trustmgr("import", str(saved), "--store", f"folder:{tmp_path / 'store'}", *word)
        assert ran.code == 2
        assert "evidence" in ran.err
    assert not (tmp_path / "store").exists()


def test_nothing_that_inspection_offers_is_confirmed_by_the_connection(
    engine: Engine, root: Made
) -> None:
    """What came over the network needs a fingerprint; a tick or --yes is not enough."""
    plan = engine.plan_import([root.der], from_network=True)
    assert plan.needs_fingerprint
    from trustmgr.errors import ConfirmationNeeded

    for word in (Confirmation(), Confirmation(named_file=True), Confirmation(" ", named_file=True)):
        with pytest.raises(ConfirmationNeeded):
            engine.apply(plan, word)
    assert engine.history() == ()

"""One program trusts what another does not: told both ways round, and never of a vendor's authority."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.diagnose.test_predictions import evidence, store
from tests.making import Made, chain, make
from trustmgr import evidence_file
from trustmgr.diagnose import diagnose
from trustmgr.evidence import Held, StoreSnapshot
from trustmgr.findings import Finding, Severity, Verdict

SYSTEM, FIREFOX, JAVA = "linux.ca-certificates", "nss.firefox.x", "java.0"


@pytest.fixture
def made() -> list[Made]:
    """Leaf, intermediate, root."""
    return list(chain())


def found(
    *sent: Made, system: tuple[Made, ...], programs: tuple[StoreSnapshot, ...]
) -> tuple[Verdict, list[Finding]]:
    looked = replace(
        evidence(*sent, stores=(store(SYSTEM, *system, origin="administrator"),)),
        programs=programs,
    )
    again = evidence_file.load(evidence_file.dump(looked))
    report = diagnose(again)
    return report.verdict, [f for f in report.findings if f.cause == "store-inconsistent"]


def test_the_system_trusts_it_and_programs_do_not(made: list[Made]) -> None:
    leaf, middle, root = made
    verdict, (one,) = found(
        leaf, middle, system=(root,), programs=(store(FIREFOX), store(JAVA, root))
    )
    assert verdict is Verdict.TRUSTED
    assert one.severity is Severity.WARNING
    assert f"by Store {SYSTEM} and Store {JAVA}, and not by Store {FIREFOX}." in one.detail
    assert root.sha256 in one.proof
    spread = next(r for r in one.remedies if r.action == "import-everywhere")
    assert spread.certificate == root.sha256
    assert f"trustmgr import {root.sha256} --everywhere" in spread.detail


def test_a_program_trusts_it_and_the_system_does_not(made: list[Made]) -> None:
    leaf, middle, root = made
    verdict, (one,) = found(leaf, middle, system=(), programs=(store(FIREFOX, root), store(JAVA)))
    assert verdict is Verdict.UNTRUSTED
    assert f"by Store {FIREFOX}, and not by Store {SYSTEM}." in one.detail
    assert "import-everywhere" not in {r.action for r in one.remedies}


def test_a_program_that_trusts_a_link_of_the_chain_agrees(made: list[Made]) -> None:
    leaf, middle, root = made
    _, nothing = found(leaf, middle, system=(root,), programs=(store(FIREFOX, middle),))
    assert nothing == []


def test_a_program_that_distrusts_a_link_does_not(made: list[Made]) -> None:
    leaf, middle, root = made
    distrusting = StoreSnapshot(
        FIREFOX, "Firefox", (Held(root.der, "trusted"), Held(middle.der, "distrusted"))
    )
    _, (one,) = found(leaf, middle, system=(root,), programs=(distrusting,))
    assert "not by Firefox." in one.detail


def test_agreement_and_what_cannot_be_read_are_no_finding(made: list[Made]) -> None:
    leaf, middle, root = made
    for programs in ((store(JAVA, root),), (store(FIREFOX, readable=False),), ()):
        assert found(leaf, middle, system=(root,), programs=programs)[1] == []
    assert found(leaf, middle, system=(), programs=(store(FIREFOX),))[1] == []


def test_another_authority_of_the_same_name_is_not_it(made: list[Made]) -> None:
    leaf, middle, root = made
    namesake = make("Test Root", ca=True)
    _, (one,) = found(leaf, middle, system=(root,), programs=(store(JAVA, namesake),))
    assert f"not by Store {JAVA}." in one.detail


def test_predictions_go_by_the_programs_own_stores(made: list[Made]) -> None:
    leaf, middle, root = made
    looked = evidence(leaf, middle, stores=(store(SYSTEM, root, origin="administrator"),))
    clients = diagnose(
        replace(looked, programs=(store(FIREFOX), store(JAVA, root, origin="user")))
    ).clients
    assert clients["curl"].accepts is True
    assert clients["java"].accepts is True
    assert clients["firefox"].accepts is False
    assert f"Store {FIREFOX}" in clients["firefox"].why

"""The system's store when others are at it: between review and apply, and a second instance of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from platform_backends.base import Decision, NotOurs, Origin, Trust
from platform_backends.linux_ca_certificates import CaCertificatesStore, layout
from tests.cli.running import trustmgr
from tests.contract.namespace import STORE, private_machine, snapshot
from tests.making import make
from tests.where import ON_THE_MACHINE
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation

__all__ = ["private_machine"]

pytestmark = ON_THE_MACHINE
SYSTEM = "linux.ca-certificates"
YES = Confirmation(named_file=True)
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


def update() -> None:
    subprocess.run(["update-ca-certificates", "--fresh"], check=True, capture_output=True)


def everything() -> dict[str, tuple[str, int, str]]:
    return snapshot(*STORE) | {"conf": ("file", 0, layout.CONF.read_text())}


def test_what_an_administrator_added_after_the_review_stays_theirs(private_machine: Path) -> None:
    engine, made = Engine(), make("Meanwhile", ca=True)
    plan = engine.plan_import([made.der], from_network=False, stores=[SYSTEM])
    theirs = layout.LOCAL / "theirs.crt"
    theirs.write_bytes(b"# a note\n" + made.pem)
    update()
    before = everything()
    outcome = engine.apply(plan, YES)
    assert not outcome.changed
    assert engine.history() == ()
    assert everything() == before
    (entry,) = (e for e in CaCertificatesStore().entries() if e.sha256 == made.sha256)
    assert (entry.origin, entry.location) == (Origin.ADMINISTRATOR, str(theirs))


def test_a_removal_is_told_what_was_put_in_its_place(private_machine: Path) -> None:
    engine, made = Engine(), make("Replaced", ca=True)
    engine.apply(engine.plan_import([made.der], from_network=False, stores=[SYSTEM]), YES)
    plan = engine.plan_remove(made.sha256, stores=[SYSTEM])
    (ours,) = layout.LOCAL.glob("trustmgr-*")
    ours.rename(layout.LOCAL / "adopted.crt")
    update()
    before = everything()
    with pytest.raises(NotOurs, match=r"adopted\.crt: an administrator did"):
        engine.apply(plan, Confirmation())
    assert everything() == before


def test_distrust_that_somebody_else_undid_is_told(private_machine: Path) -> None:
    engine = Engine()
    root = next(e for e in CaCertificatesStore().entries() if e.origin is Origin.VENDOR)
    plan = engine.plan_distrust(root.sha256, stores=[SYSTEM])
    text = layout.CONF.read_text()
    name = next(line for line in text.splitlines() if _holds(line, root.der))
    layout.CONF.write_text(text.replace(f"\n{name}\n", f"\n!{name}\n"))
    update()
    before = everything()
    outcome = engine.apply(plan, Confirmation())
    assert not outcome.changed
    assert everything() == before
    (entry,) = (e for e in CaCertificatesStore().entries() if e.sha256 == root.sha256)
    assert entry.trust == DISTRUSTED


def _holds(line: str, der: bytes) -> bool:
    from platform_backends.certificates import all_in

    path = layout.VENDOR / line
    return not line.startswith(("#", "!")) and path.is_file() and der in all_in(path.read_bytes())


def test_two_instances_at_once_lose_nothing(private_machine: Path, tmp_path: Path) -> None:
    """Two programs, each with the certificates of its own, and one that both want."""
    before = everything()
    made = [make(f"Instance {n}", ca=True) for n in range(3)]
    for number, one in enumerate(made):
        (tmp_path / f"{number}.pem").write_bytes(one.pem)
    words = [sys.executable, "-m", "trustmgr", "import", "--yes", "--store", SYSTEM]
    running = [
        subprocess.Popen(
            [*words, str(tmp_path / f"{own}.pem"), str(tmp_path / "2.pem")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for own in (0, 1)
    ]
    said = [process.communicate(timeout=200)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    held = [e.sha256 for e in CaCertificatesStore().entries()]
    assert [held.count(one.sha256) for one in made] == [1, 1, 1]
    changes = trustmgr("history", "--json").json["changes"]
    assert {c["state"] for c in changes} == {"done"}
    for one in made:
        assert trustmgr("remove", one.sha256, "--store", SYSTEM).code == 0
    assert set(everything()) == set(before)
    assert everything()["conf"] == before["conf"]

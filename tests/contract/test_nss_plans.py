"""One plan for the databases of two browsers, killed at each of its steps: the next start settles both."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from platform_backends.nss import NssStore
from tests.contract.killing import count_steps, killed_at
from tests.contract.nss_home import NEEDED, home, profile, put
from tests.making import Made, make
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation, Plan

__all__ = ["home"]

pytestmark = NEEDED

STORES = ("nss.user", "nss.firefox.one")
Held = Counter[tuple[str, str, str]]


@pytest.fixture(scope="module")
def ca() -> Made:
    return make("Ours", ca=True)


@pytest.fixture
def engine(home: Path) -> Engine:
    """Two browsers, each with certificates of somebody else's."""
    profile(home / ".mozilla/firefox", "one")
    engine = Engine()
    for identity in STORES:
        store = engine.store(identity)
        assert isinstance(store, NssStore)
        for flags in ("C,,", "p,,"):
            put(store, make("Theirs", ca=True), flags, f"theirs {flags[0]}", home)
    return engine


def held(engine: Engine) -> Held:
    return Counter(
        (identity, entry.sha256, str(entry.trust))
        for identity in STORES
        for entry in engine.store(identity).entries()
    )


def imported(engine: Engine, ca: Made) -> Plan:
    return engine.plan_import([ca.der], stores=STORES, from_network=False)


#: What is done -> what it is done to.
ACTS: dict[str, Callable[[Engine, Made], object]] = {
    "import": lambda engine, ca: apply(engine, imported(engine, ca)),
    "remove": lambda engine, ca: apply(engine, engine.plan_remove(ca.sha256, stores=STORES)),
    "distrust": lambda engine, ca: apply(engine, engine.plan_distrust(ca.sha256, stores=STORES)),
    "undo": lambda engine, ca: engine.undo(),
}


def apply(engine: Engine, plan: Plan) -> object:
    return engine.apply(plan, Confirmation(named_file=True))


@pytest.mark.parametrize("what", ACTS)
def test_killed_at_each_step_it_is_both_or_neither(
    engine: Engine, home: Path, tmp_path: Path, ca: Made, what: str
) -> None:
    if what != "import":
        apply(engine, imported(engine, ca))
    before, folders = held(engine), [f for f in (home, tmp_path / "state") if f.exists()]

    def copy(here: Callable[[Path], Path], there: Callable[[Path], Path]) -> None:
        for folder in (home, tmp_path / "state"):
            shutil.rmtree(there(folder), ignore_errors=True)
        for folder in folders:
            shutil.copytree(here(folder), there(folder))

    def kept(folder: Path) -> Path:
        return tmp_path / f"kept {folder.name}"

    copy(lambda folder: folder, kept)
    moments = count_steps(lambda: ACTS[what](engine, ca))
    after = held(engine)
    assert after != before
    assert len(moments) >= 6
    for moment in range(len(moments)):
        copy(kept, lambda folder: folder)
        killed_at(moment, lambda: ACTS[what](engine, ca))
        said = engine.recover()
        ended = held(engine)
        assert ended == (before if what == "import" else after), (moments[moment], said)
        assert said
        assert engine.recover() == ()
        for identity in STORES:
            store = engine.store(identity)
            assert isinstance(store, NssStore)
            names = {path.name for path in store.folder.iterdir()}
            assert names <= {"cert9.db", "key4.db", "pkcs11.txt"}, moments[moment]

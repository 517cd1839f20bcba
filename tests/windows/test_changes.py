"""Changes of Windows' stores by the whole program: kills at any moment, undo, and distrust for one user.

A kill leaves the entry of before or of after, and nothing to settle.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, Trust
from platform_backends.discovery import open_store
from platform_backends.windows import WindowsStore
from tests.making import Made, make
from tests.windows.own import entries, python, require, state
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation

if sys.platform != "win32":
    pytest.skip("of Windows: its certificate store", allow_module_level=True)

PEOPLE = "windows.user.trustedpeople"
KILLED = 9
#: Ends this process, without any clearing up, when the change passes its n-th step.
CHILD = """
import os, sys
from platform_backends import steps
from platform_backends.base import SERVER_AUTH_ONLY, Decision, Trust
from platform_backends.discovery import open_store
moment, operation, der, sha256 = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
passed = []
def reached(name):
    if len(passed) == moment:
        os._exit(9)
    passed.append(name)
steps.reached = reached
store = open_store("windows.user.trustedpeople")
if operation == "add":
    store.add(bytes.fromhex(der), SERVER_AUTH_ONLY)
elif operation == "remove":
    store.remove(sha256)
elif operation == "distrust":
    store.set_trust(sha256, Trust.everything(Decision.DISTRUSTED))
else:
    store.set_trust(sha256, Trust.everything(Decision.TRUSTED))
"""


@pytest.fixture
def store(stores_as_before: object) -> Iterator[WindowsStore]:
    require(PEOPLE)
    found = open_store(PEOPLE)
    assert isinstance(found, WindowsStore)
    yield found


def killed(moment: int, operation: str, made: Made) -> bool:
    words = [str(moment), operation, made.der.hex(), made.sha256]
    ran = python(CHILD, *words)
    assert ran.returncode in (0, KILLED), ran.stdout
    return ran.returncode == KILLED


@pytest.mark.parametrize("operation", ["add", "remove", "distrust", "widen"])
def test_killed_at_every_step(store: WindowsStore, operation: str) -> None:
    made = make("site.example")
    goal = Trust.everything(Decision.DISTRUSTED if operation == "distrust" else Decision.TRUSTED)

    def prepare() -> None:
        store.add(made.der, SERVER_AUTH_ONLY) if operation != "add" else store.remove(made.sha256)

    def do() -> None:
        if operation == "add":
            store.add(made.der, SERVER_AUTH_ONLY)
        elif operation == "remove":
            store.remove(made.sha256)
        else:
            store.set_trust(made.sha256, goal)

    def back() -> None:
        if operation in ("distrust", "widen"):
            store.set_trust(made.sha256, SERVER_AUTH_ONLY)
        else:
            prepare()

    prepare()
    before = entries(state())
    do()
    after = entries(state())
    assert after != before
    back()
    moment = 0
    while killed(moment, operation, made):
        assert entries(state()) in (before, after), moment
        do()
        assert entries(state()) == after
        back()
        assert entries(state()) == before
        moment += 1
    assert moment >= 3


def test_the_next_start_takes_an_interrupted_import_back(
    store: WindowsStore, tmp_path: Path
) -> None:
    """The journal above does the rest: the whole program, killed between its store and its journal."""
    made = make("site.example")
    before = entries(state())
    file = tmp_path / "site.pem"
    file.write_bytes(made.pem)
    program = (
        "import os, sys; from platform_backends import steps; "
        "steps.reached = lambda name: os._exit(9) if name == 'closed' else None; "
        "from trustmgr.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["import", str(file), "--yes", "--store", PEOPLE]
    ran = python(program, *words)
    assert ran.returncode == KILLED, ran.stdout
    assert entries(state()) != before
    (said,) = Engine().recover()
    assert "rolled back" in said
    assert entries(state()) == before
    assert Engine().history()[0].state == "rolled-back"


def test_an_import_and_its_undo(store: WindowsStore) -> None:
    made = make("site.example")
    before = entries(state())
    engine = Engine()
    plan = engine.plan_import([made.der], stores=[PEOPLE], from_network=True)
    engine.apply(plan, Confirmation(made.sha256))
    assert entries(state()) != before
    plan = engine.plan_distrust(made.sha256, stores=[PEOPLE])
    engine.apply(plan, Confirmation())
    engine.undo()
    engine.undo()
    assert entries(state()) == before


def test_a_user_distrusts_what_only_the_machine_holds(store: WindowsStore) -> None:
    """Without an administrator's rights that is the only way."""
    before = entries(state())
    (machine,) = [s for s in Engine().stores() if s.id == "windows.machine.root"]
    held = machine.entries()[0]
    engine, mine = Engine(), "windows.user.disallowed"
    plan = engine.plan_distrust(held.sha256, stores=[mine])
    assert [step.store for step in plan.steps] == [mine]
    engine.apply(plan, Confirmation())
    (entry,) = engine.store(mine).entries()
    assert (entry.sha256, entry.trust) == (held.sha256, Trust.everything(Decision.DISTRUSTED))
    assert engine.plan_distrust(held.sha256, stores=[mine]).steps == ()
    engine.undo()
    assert entries(state()) == before

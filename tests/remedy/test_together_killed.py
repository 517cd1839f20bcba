"""Several stores, and a kill between them: what stands alone stays, what stands together goes back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from platform_backends import elevation
from tests.making import Made
from tests.remedy.looking import picture
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation
from trustmgr.remedy import guard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="of POSIX: fork")
YES = Confirmation(named_file=True)


@pytest.fixture
def stores(tmp_path: Path) -> list[str]:
    return [f"folder:{tmp_path / name}" for name in ("a", "b", "c")]


def held(stores: list[str]) -> list[int]:
    return [len(picture(Path(store.removeprefix("folder:")))) for store in stores]


def killed_after(number: int, act: Callable[[], object]) -> None:
    """Run it in a process that dies right after its change of a store of this number."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        real, left = elevation.perform, [number]

        def perform(store: object, request: elevation.Request) -> bool:
            done = real(store, request)  # type: ignore[arg-type]
            left[0] -= 1
            if not left[0]:
                os._exit(9)
            return done

        elevation.perform = perform  # type: ignore[assignment]
        act()
    finally:
        os._exit(0)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("keep_going", [False, True])
def test_a_kill_during_a_change(
    engine: Engine, stores: list[str], root: Made, number: int, keep_going: bool
) -> None:
    plan = engine.plan_import([root.der], stores=stores, from_network=False)
    killed_after(number, lambda: engine.apply(replace(plan, keep_going=keep_going), YES))
    assert guard.marked()
    assert engine.recover()
    assert not guard.marked()
    assert sum(held(stores)) == (number - 1 if keep_going else 0)
    if keep_going and number > 1:
        engine.undo()
    assert held(stores) == [0, 0, 0]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_kill_during_one_undo_of_all(
    engine: Engine, stores: list[str], root: Made, number: int
) -> None:
    engine.apply(engine.plan_import([root.der], stores=stores, from_network=False), YES)
    killed_after(number, engine.undo)
    engine.recover()
    assert held(stores) == [0, 0, 0]  # taking trust away is finished
    assert {c.state.value for c in engine.history() if c.undoes is None} == {"undone"}
    assert engine.check() == ()

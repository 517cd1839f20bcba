"""Several stores at once: one plan, one confirmation, one undo; a failure rolls back, or leaves the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from platform_backends import elevation
from platform_backends.base import SERVER_AUTH_ONLY, Decision, RightsMissing, Trust
from tests.cli.running import trustmgr
from tests.making import Made
from tests.remedy.looking import picture
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation, Plan
from trustmgr.remedy import guard
from trustmgr.remedy.carrying import ChangedSince
from trustmgr.remedy.undoing import NothingToUndo

YES = Confirmation(named_file=True)


@pytest.fixture
def stores(tmp_path: Path) -> list[str]:
    return [f"folder:{tmp_path / name}" for name in ("a", "b", "c")]


@pytest.fixture
def plan(engine: Engine, root: Made, stores: list[str]) -> Plan:
    return engine.plan_import([root.der], stores=stores, from_network=False)


def pictures(stores: list[str]) -> list[dict[str, bytes]]:
    return [picture(Path(store.removeprefix("folder:"))) for store in stores]


def states(engine: Engine) -> list[str]:
    return [change.state.value for change in engine.history()]


def refuse(monkeypatch: pytest.MonkeyPatch, store: str) -> None:
    """One store does not let itself be changed."""
    real = elevation.perform

    def perform(found: object, request: elevation.Request) -> bool:
        if request.store == store:
            raise RightsMissing("This store is locked.")
        return real(found, request)  # type: ignore[arg-type]

    monkeypatch.setattr(elevation, "perform", perform)


def test_one_undo_takes_all_back(engine: Engine, plan: Plan, stores: list[str]) -> None:
    engine.apply(plan, YES)
    assert all(pictures(stores))
    undone = engine.undo()
    assert pictures(stores) == [{}, {}, {}]
    assert len(undone.changes) == 3
    assert states(engine) == ["done"] * 3 + ["undone"] * 3
    with pytest.raises(NothingToUndo):
        engine.undo()


def test_one_of_them_or_the_rest_of_them(engine: Engine, plan: Plan, stores: list[str]) -> None:
    first, *_ = engine.apply(plan, YES).changes
    engine.undo(first)
    assert [bool(p) for p in pictures(stores)] == [False, True, True]
    engine.undo()
    assert pictures(stores) == [{}, {}, {}]


def test_a_group_is_undone_by_any_of_its_changes(
    engine: Engine, plan: Plan, stores: list[str], other: Made
) -> None:
    changes = engine.apply(plan, YES).changes
    later = engine.plan_import([other.der], stores=stores[:1], from_network=False)
    engine.apply(later, YES)
    engine.undo(changes[1], whole=True)
    assert [len(p) for p in pictures(stores)] == [1, 0, 0]


def test_nothing_is_undone_when_somebody_else_changed_one(
    engine: Engine, plan: Plan, stores: list[str], root: Made
) -> None:
    engine.apply(plan, YES)
    engine.store(stores[0]).set_trust(root.sha256, Trust.everything(Decision.TRUSTED))
    before = pictures(stores)
    with pytest.raises(ChangedSince):
        engine.undo()
    assert pictures(stores) == before
    assert states(engine) == ["done"] * 3


def test_an_undo_that_fails_in_one_store_is_rolled_back(
    engine: Engine, plan: Plan, stores: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.apply(plan, YES)
    before = pictures(stores)
    refuse(monkeypatch, stores[0])  # the last one of the undo
    with pytest.raises(RightsMissing):
        engine.undo()
    assert pictures(stores) == before
    assert states(engine)[3:] == ["done"] * 3
    assert not guard.marked()


def test_a_failure_rolls_everything_back(
    engine: Engine, plan: Plan, stores: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, stores[1])
    with pytest.raises(RightsMissing):
        engine.apply(plan, YES)
    assert pictures(stores) == [{}, {}, {}]


def test_keeping_going_leaves_the_others_and_one_undo_takes_them_back(
    engine: Engine, plan: Plan, stores: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, stores[1])
    outcome = engine.apply(replace(plan, keep_going=True), YES)
    assert [bool(p) for p in pictures(stores)] == [True, False, True]
    (failure,) = outcome.failures
    assert "This store is locked." in failure
    assert len({change.group for change in outcome.changes}) == 1
    assert not guard.marked()
    engine.undo()
    assert pictures(stores) == [{}, {}, {}]


def test_keeping_going_where_all_fail_is_a_failure(
    engine: Engine, plan: Plan, stores: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for store in stores:
        refuse(monkeypatch, store)
    with pytest.raises(RightsMissing):
        engine.apply(replace(plan, keep_going=True), YES)
    assert pictures(stores) == [{}, {}, {}]


def test_keeping_going_past_what_somebody_else_changed(
    engine: Engine, plan: Plan, stores: list[str], root: Made
) -> None:
    engine.store(stores[0]).add(root.der, Trust.everything(Decision.TRUSTED))
    with pytest.raises(ChangedSince):
        engine.apply(plan, YES)
    outcome = engine.apply(replace(plan, keep_going=True), YES)
    assert len(outcome.changes) == 2
    assert "Somebody else changed" in outcome.failures[0]


def test_on_the_command_line(tmp_path: Path, stores: list[str], root: Made) -> None:
    file = tmp_path / "root.pem"
    file.write_bytes(root.pem)
    (tmp_path / "b").mkdir()
    name = Path(_written(tmp_path, root)).name
    (tmp_path / "b" / name).write_text("somebody else's")
    named = [word for store in stores for word in ("--store", store)]
    ran = trustmgr("import", str(file), *named, "--yes")
    assert ran.code == 5
    assert [len(p) for p in pictures(stores)] == [0, 1, 0]
    ran = trustmgr("import", str(file), *named, "--yes", "--keep-going", "--json")
    assert ran.code == 5
    assert len(ran.json["failures"]) == 1
    assert [len(p) for p in pictures(stores)] == [1, 1, 1]
    assert trustmgr("undo").code == 0
    assert [len(p) for p in pictures(stores)] == [0, 1, 0]


def _written(tmp_path: Path, root: Made) -> str:
    """The name that a folder gives to a certificate."""
    from platform_backends.folder import FolderStore

    FolderStore(tmp_path / "probe").add(root.der, SERVER_AUTH_ONLY)
    return str(next((tmp_path / "probe").iterdir()))


def test_the_words_say_how_to_take_all_of_it_back(
    tmp_path: Path, stores: list[str], root: Made
) -> None:
    file = tmp_path / "root.pem"
    file.write_bytes(root.pem)
    named = [word for store in stores[:2] for word in ("--store", store)]
    out = trustmgr("import", str(file), *named, "--yes").out
    assert "To take all of it back: trustmgr undo 1 --plan" in out
    assert trustmgr("undo", "1", "--plan").code == 0
    assert pictures(stores) == [{}, {}, {}]

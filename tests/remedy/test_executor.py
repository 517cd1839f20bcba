from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from platform_backends import elevation
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Operation,
    Origin,
    Privilege,
    RefusedByUser,
    RightsMissing,
    Trust,
    WriteFailed,
)
from platform_backends.folder import FolderStore
from tests.making import Made
from tests.remedy.looking import picture
from trustmgr import paths
from trustmgr.engine import Engine
from trustmgr.errors import Cancelled, ChangeFailed, ExitCode
from trustmgr.plan import Confirmation, Plan
from trustmgr.progress import Progress
from trustmgr.remedy import guard
from trustmgr.remedy.carrying import ChangedSince
from trustmgr.remedy.change import State
from trustmgr.remedy.undoing import NothingToUndo

YES = Confirmation(named_file=True)


def states(engine: Engine) -> list[str]:
    return [change.state.value for change in engine.history()]


def two_stores(engine: Engine, root: Made, tmp_path: Path) -> Plan:
    ids = [f"folder:{tmp_path / 'a'}", f"folder:{tmp_path / 'b'}"]
    return engine.plan_import([root.der], stores=ids, from_network=False)


def intercept(monkeypatch: pytest.MonkeyPatch, act: Callable[[elevation.Request], None]) -> None:
    """Call `act` before each change of a store."""
    real = elevation.perform

    def perform(store: Any, request: elevation.Request, **more: str) -> bool:
        act(request)
        return real(store, request, **more)

    monkeypatch.setattr(elevation, "perform", perform)


def test_import_and_undo_restore_byte_for_byte(engine: Engine, sandbox: Path, root: Made) -> None:
    sandbox.mkdir()
    (sandbox / "notes.txt").write_text("not ours")
    before = picture(sandbox)
    outcome = engine.apply(engine.plan_import([root.der], from_network=False), YES)
    assert outcome.changed
    (change,) = outcome.changes
    assert change.state is State.DONE
    assert change.operation is Operation.ADD
    assert change.trust_before is None
    assert change.trust_after == SERVER_AUTH_ONLY
    (entry,) = engine.stores()[0].entries()
    assert (entry.der, entry.trust) == (root.der, SERVER_AUTH_ONLY)
    assert entry.origin is Origin.THIS_PROGRAM
    undone = engine.undo(change.id)
    assert undone.changed
    assert picture(sandbox) == before
    assert states(engine) == ["done", "undone"]
    assert engine.history()[0].undoes == change.id
    assert not guard.marked()


def test_undo_takes_a_change_or_its_number_or_the_last(
    engine: Engine, root: Made, other: Made
) -> None:
    (change,) = engine.apply(engine.plan_import([root.der], from_network=False), YES).changes
    engine.apply(engine.plan_import([other.der], from_network=False), YES)
    engine.undo()
    assert [e.sha256 for e in engine.stores()[0].entries()] == [root.sha256]
    engine.undo(change)
    assert not engine.stores()[0].entries()
    with pytest.raises(NothingToUndo):
        engine.undo()


def test_undoing_twice_says_so(engine: Engine, root: Made) -> None:
    engine.apply(engine.plan_import([root.der], from_network=False), YES)
    engine.undo(1)
    with pytest.raises(NothingToUndo, match="undone already"):
        engine.undo(1)
    with pytest.raises(NothingToUndo, match="itself the undo"):
        engine.undo(2)
    with pytest.raises(NothingToUndo, match="no change 99"):
        engine.undo(99)
    with pytest.raises(NothingToUndo):
        engine.undo(10**30)


def test_undo_with_an_empty_history_creates_nothing(engine: Engine) -> None:
    with pytest.raises(NothingToUndo, match="no change that could be undone"):
        engine.undo()
    assert not paths.state_dir().exists()


def test_undo_of_remove_and_of_distrust(engine: Engine, sandbox: Path, root: Made) -> None:
    engine.apply(engine.plan_import([root.der], from_network=False), YES)
    trusted = picture(sandbox)
    engine.apply(engine.plan_distrust(root.sha256), Confirmation())
    assert picture(sandbox) != trusted
    engine.undo()
    assert picture(sandbox) == trusted
    engine.apply(engine.plan_remove(root.sha256), Confirmation())
    assert picture(sandbox) == {}
    engine.undo()
    assert picture(sandbox) == trusted
    assert states(engine) == ["done", "undone", "done", "undone", "done"]


def test_undo_refuses_what_somebody_else_changed(engine: Engine, root: Made) -> None:
    engine.apply(engine.plan_import([root.der], from_network=False), YES)
    from platform_backends.base import Decision

    engine.stores()[0].set_trust(root.sha256, Trust.everything(Decision.TRUSTED))
    with pytest.raises(ChangedSince, match="changed by somebody else"):
        engine.undo()
    assert states(engine) == ["done"]
    assert not guard.marked()


def test_undo_of_what_is_gone_already(engine: Engine, root: Made) -> None:
    engine.apply(engine.plan_import([root.der], from_network=False), YES)
    engine.stores()[0].remove(root.sha256)
    outcome = engine.undo()
    assert not outcome.changed
    assert "already" in outcome.messages[0]
    assert states(engine) == ["undone"]


def test_a_change_between_review_and_apply_is_noticed(engine: Engine, root: Made) -> None:
    from platform_backends.base import Decision

    plan = engine.plan_import([root.der], from_network=False)
    engine.stores()[0].add(root.der, Trust.everything(Decision.TRUSTED))
    with pytest.raises(ChangedSince, match="after this was reviewed"):
        engine.apply(plan, YES)
    assert engine.history() == ()
    distrust = engine.plan_distrust(root.sha256)
    engine.stores()[0].set_trust(root.sha256, SERVER_AUTH_ONLY)
    with pytest.raises(ChangedSince):
        engine.apply(distrust, Confirmation())


def test_what_somebody_else_did_meanwhile_is_not_done_again(engine: Engine, root: Made) -> None:
    plan = engine.plan_import([root.der], from_network=False)
    engine.stores()[0].add(root.der, SERVER_AUTH_ONLY)
    outcome = engine.apply(plan, YES)
    assert not outcome.changed
    assert engine.history() == ()


def test_two_stores_all_or_nothing(
    engine: Engine, root: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = two_stores(engine, root, tmp_path)

    def fail_in_b(request: elevation.Request) -> None:
        if request.store.endswith("b"):
            raise WriteFailed("The disk is full.", "Free some space.")

    intercept(monkeypatch, fail_in_b)
    with pytest.raises(ChangeFailed, match="as it was before") as caught:
        engine.apply(plan, YES)
    assert caught.value.exit_code is ExitCode.ROLLED_BACK
    assert caught.value.next_step == "Free some space."
    assert picture(tmp_path / "a") == picture(tmp_path / "b") == {}
    assert states(engine) == ["failed", "rolled-back"]
    assert "disk is full" in engine.history()[0].message
    assert not guard.marked()


def test_both_stores_get_it(engine: Engine, root: Made, tmp_path: Path) -> None:
    outcome = engine.apply(two_stores(engine, root, tmp_path), YES)
    assert len(outcome.changes) == len({c.id for c in outcome.changes}) == 2
    assert len({c.plan for c in outcome.changes}) == 1
    assert picture(tmp_path / "a")
    assert picture(tmp_path / "b")


def test_cancel_between_steps_rolls_back(
    engine: Engine, root: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = Progress()
    intercept(monkeypatch, lambda request: progress.cancel())
    with pytest.raises(Cancelled):
        engine.apply(two_stores(engine, root, tmp_path), YES, progress)
    assert picture(tmp_path / "a") == picture(tmp_path / "b") == {}
    assert set(states(engine)) <= {"failed", "rolled-back"}
    assert not guard.marked()


@pytest.mark.parametrize("error", [RightsMissing("No.", "Ask."), RefusedByUser("Declined.")])
def test_missing_rights_and_refusals_keep_their_class(
    engine: Engine, root: Made, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(request: elevation.Request) -> None:
        raise error

    intercept(monkeypatch, refuse)
    with pytest.raises(type(error)):
        engine.apply(engine.plan_import([root.der], from_network=False), YES)
    assert states(engine) == ["failed"]


def test_missing_rights_name_the_exact_command(
    engine: Engine, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    from platform_backends.elevation import launcher

    monkeypatch.setattr(FolderStore, "privilege", Privilege.ADMINISTRATOR)
    monkeypatch.setattr(launcher, "ways", lambda: ())
    with pytest.raises(RightsMissing) as caught:
        engine.apply(engine.plan_import([root.der], from_network=False), YES)
    words = caught.value.command.split()
    assert (words[0] == "sudo") is (os.name == "posix")
    assert words[-2:] == ["--store", engine.stores()[0].id]
    assert root.sha256 in words
    file = Path(next(word for word in words if word.endswith(".pem")))
    assert file.read_bytes() == root.pem


def test_a_store_that_lies_is_found_out(
    engine: Engine, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elevation, "perform", lambda store, request, **more: True)
    with pytest.raises(ChangeFailed, match="does not show the change"):
        engine.apply(engine.plan_import([root.der], from_network=False), YES)
    assert states(engine) == ["failed"]


def test_ctrl_c_rolls_back(
    engine: Engine, root: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(request: elevation.Request) -> None:
        if request.store.endswith("b") and request.operation is Operation.ADD:
            raise KeyboardInterrupt

    intercept(monkeypatch, interrupt)
    with pytest.raises(KeyboardInterrupt):
        engine.apply(two_stores(engine, root, tmp_path), YES)
    assert picture(tmp_path / "a") == picture(tmp_path / "b") == {}
    assert not guard.marked()


def test_a_rollback_that_fails_stays_pending_and_is_tried_again(
    engine: Engine, root: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: elevation.Request) -> None:
        if request.store.endswith("b") or request.operation is Operation.REMOVE:
            raise WriteFailed("The disk is gone.")

    with monkeypatch.context() as patch:
        intercept(patch, fail)
        with pytest.raises(ChangeFailed, match="Rolling back failed"):
            engine.apply(two_stores(engine, root, tmp_path), YES)
    assert "pending" in states(engine)
    assert guard.marked()
    (sentence,) = engine.recover()
    assert "rolled back" in sentence
    assert picture(tmp_path / "a") == picture(tmp_path / "b") == {}
    assert engine.recover() == ()


def test_forced_removal_of_other_peoples_entry_is_undone(
    engine: Engine, sandbox: Path, root: Made
) -> None:
    sandbox.mkdir()
    (sandbox / "theirs.crt").write_bytes(root.pem)
    engine.apply(engine.plan_remove(root.sha256, force=True), Confirmation())
    assert picture(sandbox) == {}
    engine.undo()
    (entry,) = engine.stores()[0].entries()
    assert entry.der == root.der

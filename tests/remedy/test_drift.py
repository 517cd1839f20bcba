"""Earlier changes that no longer hold are named and offered again, and nothing else is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Purpose, StoreUnavailable
from tests.cli.running import trustmgr
from tests.making import NOW, Made, make
from tests.where import words_of
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation
from trustmgr.remedy.drift import Again, drifted


def trust(engine: Engine, made: Made, *purposes: Purpose) -> None:
    plan = engine.plan_import([made.der], purposes=purposes, from_network=False)
    engine.apply(plan, Confirmation(named_file=True))


def test_nothing_changed_nothing_to_check(engine: Engine) -> None:
    assert engine.check() == ()


def test_what_holds_is_not_named(engine: Engine, root: Made) -> None:
    trust(engine, root)
    assert engine.check() == ()
    engine.undo()
    assert engine.check() == ()


def test_a_certificate_that_went_is_named_until_it_is_back(
    engine: Engine, sandbox: Path, root: Made
) -> None:
    trust(engine, root)
    for file in sandbox.iterdir():
        file.unlink()
    (found,) = engine.check()
    assert found.again is Again.IMPORT
    assert "is no longer in" in found.reason
    trust(engine, root)
    assert engine.check() == ()


def test_undo_ends_the_asking(engine: Engine, sandbox: Path, root: Made) -> None:
    trust(engine, root)
    for file in sandbox.iterdir():
        file.unlink()
    (found,) = engine.check()
    engine.undo(found.change.id)
    assert engine.check() == ()


def test_other_trust_than_before_is_named(engine: Engine, sandbox: Path, root: Made) -> None:
    trust(engine, root, Purpose.SERVER_AUTH, Purpose.EMAIL)
    store = engine.store(f"folder:{sandbox}")
    store.set_trust(root.sha256, SERVER_AUTH_ONLY)
    (found,) = engine.check()
    assert "now it is trusted for web sites" in found.reason


def test_distrust_that_went_is_offered_again(engine: Engine, sandbox: Path, root: Made) -> None:
    trust(engine, root)
    engine.apply(engine.plan_distrust(root.sha256), Confirmation())
    assert engine.check() == ()
    engine.store(f"folder:{sandbox}").set_trust(root.sha256, SERVER_AUTH_ONLY)
    (found,) = engine.check()
    assert found.again is Again.DISTRUST


def test_what_was_removed_and_came_back(engine: Engine, sandbox: Path, root: Made) -> None:
    sandbox.mkdir()
    foreign = sandbox / "vendor.pem"
    foreign.write_bytes(root.pem)
    engine.apply(engine.plan_remove(root.sha256, force=True), Confirmation())
    assert engine.check() == ()
    foreign.write_bytes(root.pem)  # as a package's update does
    (found,) = engine.check()
    assert found.again is Again.REMOVE


def test_what_has_expired_is_not_missed(engine: Engine, sandbox: Path) -> None:
    old = make("Old", ca=True, start=NOW - dt.timedelta(9), end=NOW - dt.timedelta(1))
    trust(engine, old)
    for file in sandbox.iterdir():
        file.unlink()
    assert engine.check() == ()


def test_a_store_that_is_gone_is_said(engine: Engine, root: Made) -> None:
    trust(engine, root)
    (change,) = engine.history()
    gone = replace(change, store="java.gone", store_title="Java 17")
    (found,) = drifted(engine, [gone])
    assert "Java 17 is no longer there" in found.reason
    assert found.stores == ()


def test_a_store_that_cannot_be_read_is_no_drift_and_no_proof(
    engine: Engine, sandbox: Path, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(engine, root)

    def broken(self: object) -> None:
        raise StoreUnavailable("It is damaged.")

    monkeypatch.setattr("platform_backends.folder.FolderStore.entries", broken)
    (found,) = engine.check()
    assert not found.certain


def test_the_command_offers_what_works(tmp_path: Path, root: Made) -> None:
    store, file = tmp_path / "a store", tmp_path / "root.pem"
    file.write_bytes(root.pem)
    assert trustmgr("check").code == 0
    trustmgr("import", str(file), "--store", f"folder:{store}", "--yes", "--purpose", "email")
    ran = trustmgr("check")
    assert (ran.code, ran.err) == (0, "")
    for held in store.iterdir():
        held.unlink()
    ran = trustmgr("check")
    assert ran.code == 1
    assert "is no longer in" in ran.out
    answer = trustmgr("check", "--json")
    assert answer.code == 1
    (drift,) = answer.json["drifted"]
    assert drift["command"] in ran.out
    assert trustmgr(*words_of(drift["command"])[1:]).code == 0
    assert trustmgr("check", "--json").json == {"schema": 1, "holds": True, "drifted": []}

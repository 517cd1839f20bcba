from __future__ import annotations

import os
import sqlite3
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Operation, Trust
from tests.making import Made
from tests.remedy.looking import picture
from trustmgr import paths
from trustmgr.engine import Engine
from trustmgr.errors import TrustManagerError
from trustmgr.plan import Confirmation
from trustmgr.remedy.change import Change, State
from trustmgr.remedy.journal import JournalUnusable, open_journal


def change(plan: str = "p", trust: Trust | None = SERVER_AUTH_ONLY) -> Change:
    return Change(
        0, plan, datetime.now(UTC).replace(microsecond=0), "folder:/x", "Folder", Operation.ADD,
        "0" * 64, "“quoted' \" ; DROP TABLE", b"\x00\xff", None, None, trust, False,
        State.PENDING, "", "me",
    )  # fmt: skip


def test_what_was_written_is_read_back() -> None:
    with open_journal(write=True) as journal:
        (written,) = journal.begin([change()])
    with open_journal() as journal:
        (read,) = journal.changes()
    assert read == written
    assert read.id == 1
    assert read.at.tzinfo is not None
    assert read.trust_after == SERVER_AUTH_ONLY
    assert read.trust_before is None


def test_newest_first_and_settled_states() -> None:
    with open_journal(write=True) as journal:
        first, second = journal.begin([change("a"), change("b")])
        journal.settle([(first, State.DONE, "fine")])
        assert [c.id for c in journal.unfinished()] == [second.id]
        assert [c.id for c in journal.changes()] == [second.id, first.id]
        assert journal.change(first.id).message == "fine"


def test_all_changes_of_a_plan_or_none() -> None:
    with open_journal(write=True) as journal:
        bad = change()
        object.__setattr__(bad, "sha256", None)
        with pytest.raises(sqlite3.IntegrityError):
            journal.begin([change(), bad])
        assert journal.changes() == ()


def test_reading_creates_nothing(engine: Engine) -> None:
    assert engine.history() == ()
    assert not paths.state_dir().exists()


@pytest.mark.skipif(os.name != "posix", reason="of POSIX: modes")
def test_only_this_user_may_look() -> None:
    with open_journal(write=True) as journal:
        journal.begin([change()])
    assert stat.S_IMODE(paths.state_dir().stat().st_mode) == 0o700
    for path in paths.state_dir().iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_commit_waits_for_the_disk() -> None:
    with open_journal(write=True) as journal:
        level = journal._connection.execute("PRAGMA synchronous").fetchone()[0]
    assert level >= 2  # FULL, or EXTRA


@pytest.mark.parametrize(
    "junk", [b"this is no database, " * 500, b"SQLite format 3\0" + b"\xff" * 900]
)
def test_a_damaged_journal_is_said_and_nothing_changes(
    engine: Engine, sandbox: Path, root: Made, junk: bytes
) -> None:
    paths.ensure_state_dir()
    (paths.state_dir() / "journal.sqlite3").write_bytes(junk)
    plan = engine.plan_import([root.der], from_network=False)
    with pytest.raises(JournalUnusable, match="cannot be used"):
        engine.apply(plan, Confirmation(named_file=True))
    assert picture(sandbox) == {}
    with pytest.raises(JournalUnusable):
        engine.history()
    with pytest.raises(JournalUnusable):
        engine.undo()


def test_a_journal_of_another_version_is_left_alone(
    engine: Engine, sandbox: Path, root: Made
) -> None:
    path = paths.ensure_state_dir() / "journal.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.execute("CREATE TABLE changes (id)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    plan = engine.plan_import([root.der], from_network=False)
    with pytest.raises(JournalUnusable, match="another version"):
        engine.apply(plan, Confirmation(named_file=True))
    assert picture(sandbox) == {}
    assert path.read_bytes() == before


def test_a_state_folder_that_is_a_file(engine: Engine, sandbox: Path, root: Made) -> None:
    paths.state_dir().write_text("in the way")
    plan = engine.plan_import([root.der], from_network=False)
    with pytest.raises(TrustManagerError, match="cannot keep its journal"):
        engine.apply(plan, Confirmation(named_file=True))
    assert picture(sandbox) == {}


def test_a_disk_that_is_full_for_the_journal_changes_nothing(
    engine: Engine, sandbox: Path, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trustmgr.remedy import journal as module

    connect = module._connect

    def small(path: Path, write: bool) -> sqlite3.Connection:
        connection = connect(path, write)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
        return connection

    monkeypatch.setattr(module, "_connect", small)
    object.__setattr__(root, "padding", None)
    plan = engine.plan_import([root.der], from_network=False)
    with pytest.raises(JournalUnusable, match="full"):
        for _ in range(50):  # until the free space of the last page is used up
            engine.apply(plan, Confirmation(named_file=True))
            engine.undo()
    last_good = engine.history()
    assert all(c.state in (State.DONE, State.UNDONE) for c in last_good)
    held = {e.sha256 for e in engine.stores()[0].entries()}
    assert (root.sha256 in held) == any(c.state is State.DONE and not c.undoes for c in last_good)


def test_many_writers_at_once_lose_nothing() -> None:
    def write(name: str) -> None:
        for _ in range(5):
            with open_journal(write=True) as journal:
                journal.begin([change(name)])

    threads = [threading.Thread(target=write, args=(f"t{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_journal() as journal:
        assert len(journal.changes()) == 20


def test_the_state_folder_is_where_platformdirs_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUSTMGR_HOME")
    for state in ("", "/somewhere/else"):
        monkeypatch.setenv("XDG_STATE_HOME", state)
        assert paths.state_dir() == platformdirs.user_state_path("trustmgr", appauthor=False)
    monkeypatch.delenv("XDG_STATE_HOME")
    assert paths.state_dir() == platformdirs.user_state_path("trustmgr", appauthor=False)

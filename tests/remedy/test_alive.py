"""Two processes at once: a living one is left alone, a dead one is cleaned up after."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.making import Made
from tests.remedy.looking import picture
from trustmgr import paths
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation
from trustmgr.remedy import guard
from trustmgr.remedy.change import State

#: Stops in the middle of a change (journal written, store not touched) until it hears a line.
_PAUSED = """
    import sys
    from pathlib import Path
    from platform_backends import elevation
    from trustmgr.engine import Engine
    from trustmgr.plan import Confirmation

    real = elevation.perform
    def perform(store, request, **more):
        print("in the middle", flush=True)
        sys.stdin.readline()
        return real(store, request, **more)
    elevation.perform = perform
    engine = Engine(sandbox=Path(sys.argv[1]))
    plan = engine.plan_import([Path(sys.argv[2]).read_bytes()], from_network=False)
    engine.apply(plan, Confirmation(named_file=True))
"""


@pytest.fixture
def paused(sandbox: Path, root: Made, tmp_path: Path) -> subprocess.Popen[str]:
    file = tmp_path / "root.der"
    file.write_bytes(root.der)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_PAUSED), str(sandbox), str(file)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in the middle\n"
    return process


def test_a_living_change_is_not_recovered(
    engine: Engine, sandbox: Path, paused: subprocess.Popen[str]
) -> None:
    assert guard.marked()
    assert engine.recover() == ()
    assert engine.history()[0].state is State.PENDING
    paused.communicate("go on\n", timeout=60)
    assert paused.returncode == 0
    assert engine.history()[0].state is State.DONE
    assert picture(sandbox)
    assert not guard.marked()


def test_a_dead_one_is_recovered_by_the_next_change(
    engine: Engine, sandbox: Path, paused: subprocess.Popen[str], other: Made
) -> None:
    paused.kill()
    paused.communicate(timeout=60)
    plan = engine.plan_import([other.der], from_network=False)
    outcome = engine.apply(plan, Confirmation(named_file=True))
    assert "rolled back" in outcome.messages[0]
    assert [c.state.value for c in engine.history()] == ["done", "rolled-back"]
    assert [e.sha256 for e in engine.stores()[0].entries()] == [other.sha256]


def test_undo_after_a_kill_says_what_was_rolled_back(
    engine: Engine, sandbox: Path, paused: subprocess.Popen[str]
) -> None:
    paused.kill()
    paused.communicate(timeout=60)
    outcome = engine.undo()
    assert "rolled back" in outcome.messages[0]
    assert picture(sandbox) == {}
    assert not guard.marked()


def test_a_second_change_waits_for_the_first(
    engine: Engine, paused: subprocess.Popen[str], other: Made
) -> None:
    with pytest.raises(guard.Busy), guard.guarded(patience=0.2):
        pass
    assert paused.stdin is not None
    paused.stdin.write("go on\n")
    paused.stdin.flush()
    plan = engine.plan_import([other.der], from_network=False)
    engine.apply(plan, Confirmation(named_file=True))
    paused.communicate(timeout=60)
    assert [c.state.value for c in engine.history()] == ["done", "done"]


def test_without_rights_recovery_waits_and_names_the_command(
    engine: Engine, sandbox: Path, paused: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from platform_backends.base import Privilege
    from platform_backends.folder import FolderStore

    paused.kill()
    paused.communicate(timeout=60)
    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "privilege", Privilege.ADMINISTRATOR)
        (sentence,) = engine.recover()
        setting = 'set "TRUSTMGR_HOME=' if sys.platform == "win32" else "sudo env TRUSTMGR_HOME="
        assert setting in sentence
        assert "not resolved yet" in sentence
        assert engine.history()[0].state is State.PENDING
        assert guard.marked()
    (sentence,) = engine.recover()
    assert "rolled back" in sentence
    assert not guard.marked()


def test_a_mark_without_a_journal_is_cleared(engine: Engine) -> None:
    paths.ensure_state_dir()
    guard.set_mark()
    assert engine.recover() == ()
    assert not guard.marked()


def test_nothing_pending_costs_one_look_and_no_import() -> None:
    code = (
        "import sys; from trustmgr.engine import Engine; Engine().recover(); "
        "print(sorted({'sqlite3', 'platformdirs', 'subprocess', 'fcntl', 'cryptography', 'json'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"

"""Kills a change at every system call that matters, and looks what the next start makes of it.

Run as a program (``python -m tests.remedy.killing SCENARIO FOLDER``): it forks, so it must have no
threads. Prints one JSON document: a line for each kill.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from platform_backends import steps
from tests.making import make
from tests.remedy.looking import picture
from trustmgr import paths
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation
from trustmgr.remedy import guard

#: C functions after which a kill could matter: everything that reaches the disk, or a lock.
_CALLS = frozenset(
    {"open", "write", "flush", "fsync", "replace", "rename", "unlink", "remove", "mkdir", "execute"}
    | {"flock", "chmod", "fchmod", "connect"}
)


def kill_at(number: int, act: Callable[[], object]) -> bool:
    """Run `act` in a child that is killed right after its `number`-th such call; whether it was."""
    child = os.fork()
    if child == 0:
        _in_child(number, act)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "the child failed by itself"
    return False


def _in_child(number: int, act: Callable[[], object]) -> None:
    count = 0

    def one() -> None:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_return" and argument.__name__ in _CALLS:
            one()

    steps.reached = lambda name: one()
    code = 1
    try:
        sys.setprofile(hook)
        act()
        sys.setprofile(None)
        code = 0
    except BaseException as error:
        sys.setprofile(None)
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    os._exit(code)


class Stage:
    """A state folder and two stores that can be put back to how they were."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stores = [folder / "a", folder / "b"]
        os.environ["TRUSTMGR_HOME"] = str(folder / "state")
        self.engine = Engine(sandbox=self.stores[0])
        self.root = make("Killed Root", ca=True)

    def ids(self) -> list[str]:
        return [f"folder:{path}" for path in self.stores]

    def add(self) -> object:
        plan = self.engine.plan_import([self.root.der], stores=self.ids(), from_network=False)
        return self.engine.apply(plan, Confirmation(named_file=True))

    def remove(self) -> object:
        plan = self.engine.plan_remove(self.root.sha256, stores=self.ids())
        return self.engine.apply(plan, Confirmation())

    def distrust(self) -> object:
        plan = self.engine.plan_distrust(self.root.sha256, stores=self.ids())
        return self.engine.apply(plan, Confirmation())

    def undo(self) -> object:
        return self.engine.undo()

    def look(self) -> list[dict[str, tuple[int, bytes]]]:
        return [picture(store) for store in self.stores]

    def save(self) -> None:
        shutil.rmtree(self.folder / "saved", ignore_errors=True)
        (self.folder / "saved").mkdir()
        for name in ("a", "b", "state"):
            if (self.folder / name).exists():
                shutil.copytree(self.folder / name, self.folder / "saved" / name)

    def restore(self) -> None:
        for name in ("a", "b", "state"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            if (self.folder / "saved" / name).exists():
                shutil.copytree(self.folder / "saved" / name, self.folder / name)


#: Scenario -> what is done before, and what is killed.
SCENARIOS: dict[str, tuple[tuple[str, ...], str]] = {
    "add": ((), "add"),
    "remove": (("add",), "remove"),
    "distrust": (("add",), "distrust"),
    "trust-again": (("add", "distrust"), "add"),
    "undo-add": (("add",), "undo"),
    "undo-remove": (("add", "remove"), "undo"),
    "undo-distrust": (("add", "distrust"), "undo"),
}


def run(scenario: str, folder: Path, first: int, stride: int) -> list[dict[str, Any]]:
    """Every kill from `first` on in steps of `stride`, until the change gets through."""
    before_it, name = SCENARIOS[scenario]
    stage = Stage(folder)
    for earlier in before_it:
        getattr(stage, earlier)()
    act = getattr(stage, name)
    stage.save()
    before = stage.look()
    act()
    after = stage.look()
    found = []
    number = first
    while True:
        stage.restore()
        killed = kill_at(number, act)
        marked = guard.marked()
        pending = [c for c in stage.engine.history() if c.state == "pending"] if marked else []
        twice = bool(killed and pending and number % 7 == 0)
        if twice:
            kill_at(4 + number % 60, stage.engine.recover)  # recovery can be killed, too
        said = stage.engine.recover()
        now = stage.look()
        found.append(
            {
                "killed_at": number if killed else None,
                "pending": len(pending),
                "twice": twice,
                "said": said,
                "left": "before" if now == before else "after" if now == after else "mixed",
                "files": [sorted(p) for p in now],
                "states": [c.state.value for c in stage.engine.history()],
                "marked": guard.marked(),
                "again": stage.engine.recover(),
            }
        )
        if not killed:
            return found
        number += stride


if __name__ == "__main__":
    scenario, folder, first, stride = sys.argv[1:]
    print(json.dumps(run(scenario, Path(folder), int(first), int(stride))))
    assert paths.state_dir() == Path(folder) / "state"

"""`dev.py run ARGS`: the program. Its first start sets up; every later one costs milliseconds."""

from __future__ import annotations

import os
import sys

from house import stamp
from house.places import VENV, program
from house.process import become
from house.screen import has_screen


def run(words: list[str]) -> int:
    """Become `trustmgr ARGS`. Without ARGS and without a screen: the demo, on the command line."""
    if not words and not has_screen():
        words = ["--demo"]
    if words in ([], ["--demo"]) and has_screen():
        _libraries()
    if not (stamp.is_current("run") and stamp.is_current("project")):
        from house.environment import prepare

        prepare("run")
    if sys.platform == "win32":
        return become([program("trustmgr"), *words])
    # Through Python itself: the first line of a script has a limit in length, a path has not.
    return become([program("python"), program("trustmgr"), *words])


def _libraries() -> None:
    """What Qt needs of the system; looked for until it was found once."""
    mark = os.path.join(VENV, "window.stamp")
    if not sys.platform.startswith("linux") or os.path.exists(mark):
        return
    from house import system

    # Both at once: whoever has to install by hand should have to do it once.
    packages = system.missing_for_setup() + system.missing_for_window()
    if system.provide(packages, "the window") and os.path.isdir(VENV):
        with open(mark, "w", encoding="ascii"):
            pass

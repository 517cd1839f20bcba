"""`dev.py windows`: the tests, or Python itself, on Windows; Wine does it (see windows_rig.py).

dev.py windows                 all tests that `dev.py test` runs there
dev.py windows ARGS            pytest with ARGS, on a machine that is new each time
dev.py windows python ARGS     Python with ARGS, on a machine that keeps what was done to it
"""

from __future__ import annotations

import os
import sys
import tempfile

from house import command_test, system, windows_rig, wine
from house.environment import prepare
from house.trouble import Trouble


def run(words: list[str]) -> int:
    """Run what `words` ask for. Raises `Trouble` where there can be no Windows Python."""
    if (reason := windows_rig.impossible()) is not None:
        raise Trouble(f"There can be no Windows Python here: {reason}.")
    needed = system.missing_for_setup() + windows_rig.missing()
    if not system.provide(needed, "a Windows Python"):
        raise Trouble("There is no Windows Python without them. Install them, then start again.")
    if not words:
        return command_test.run([windows_rig.TESTS])
    prepare("dev")
    windows_rig.prepare_rig()
    if words[0] == "python":
        return _by_hand(words[1:])
    with tempfile.TemporaryDirectory(prefix="trustmgr-windows-") as folder:
        machine = os.path.join(folder, "machine")
        windows_rig.new_machine(machine)
        return _shown(["-m", "pytest", *words], machine)


def _by_hand(words: list[str]) -> int:
    machine = os.path.join(windows_rig.RIG, "by-hand")
    if not os.path.exists(machine):
        windows_rig.new_machine(machine)
    return _shown(words, machine)


def _shown(words: list[str], machine: str) -> int:
    try:
        with windows_rig.start_python(words, machine) as python:
            for line in python.stdout or ():
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
    finally:
        wine.stop(machine)
    return python.returncode

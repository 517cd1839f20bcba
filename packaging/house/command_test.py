"""`dev.py test ARGS`: pytest, with two workers unless ARGS say otherwise."""

from __future__ import annotations

import os

from house import system, windows_rig
from house.environment import prepare, say
from house.places import ROOT, program
from house.process import become
from house.screen import has_screen
from house.trouble import Trouble

_WORKERS = ("-n", "--numprocesses", "--pdb", "--trace")


def run(words: list[str]) -> int:
    """Become pytest. Raises `Trouble` where it could not even start."""
    if not system.provide(
        system.missing_for_setup() + system.missing_for_tests(), "the test suite"
    ):
        raise Trouble("The tests cannot run without them. Install them, then start again.")
    if os.environ.get("CI"):  # elsewhere what is not there is skipped, and said
        system.provide(system.extra_for_tests(), "the tests with browsers, Java and others")
        system.provide(windows_rig.missing(), "the tests on Windows")
    prepare("dev")
    if wants_windows(words):
        _prepare_windows()
    if not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if not any(word.startswith(_WORKERS) for word in words):
        words = ["-n", "2", *words]
    os.chdir(ROOT)
    return become([program("python"), "-m", "pytest", *words])


def wants_windows(words: list[str]) -> bool:
    """Whether the tests in question are all of them, or those that need the rig."""
    named = [os.path.normpath(word) for word in words if os.path.exists(word.split("::")[0])]
    return not named or any(
        name.startswith(windows_rig.TESTS) or windows_rig.TESTS.startswith(name) for name in named
    )


def _prepare_windows() -> None:
    """The tests on Windows are skipped where this fails; CI takes that for a failure."""
    if (reason := windows_rig.why_not()) is not None:
        say(f"No tests on Windows: {reason}")
        return
    try:
        windows_rig.prepare_rig()
    except Trouble as trouble:
        say(f"No tests on Windows. {trouble}")

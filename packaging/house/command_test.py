"""`dev.py test ARGS`: pytest, with two workers unless ARGS say otherwise."""

from __future__ import annotations

import os

from house import system
from house.environment import prepare
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
    prepare("dev")
    if not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if not any(word.startswith(_WORKERS) for word in words):
        words = ["-n", "2", *words]
    os.chdir(ROOT)
    return become([program("python"), "-m", "pytest", *words])

"""`dev.py bench`: packaging/bench, with sslyze from an environment of its own to compare with."""

from __future__ import annotations

import os
import subprocess
import sys

from house import system
from house.environment import prepare, prepare_other, say
from house.places import BENCH_VENV, PACKAGES, ROOT, program
from house.process import become
from house.trouble import Trouble


def run(words: list[str]) -> int:
    """Become the benchmark. Raises `Trouble` where it could not start."""
    packages = system.missing_for_setup() + system.missing_for_tests()
    if not system.provide(packages, "the benchmark"):
        raise Trouble("The benchmark cannot run without them. Install them, then start again.")
    prepare("run")
    _compile()
    bench = os.path.join(ROOT, "packaging", "bench")
    return become([program("python"), bench, *_sslyze(words), *words])


def _compile() -> None:
    """What is measured is a start, not the compiler: sources may be newer than their bytecode."""
    folders = [os.path.join(ROOT, name) for name in PACKAGES]
    command = [program("python"), "-I", "-m", "compileall", "-q", *folders]
    subprocess.run(command, stdout=sys.stderr, check=False)


def _sslyze(words: list[str]) -> list[str]:
    if any(word.startswith("--sslyze") for word in words):
        return []
    try:
        prepare_other("bench", BENCH_VENV)
    except Trouble as trouble:
        say(f"Going on without sslyze. {trouble}")
        return []
    return ["--sslyze", program("sslyze", BENCH_VENV)]

"""Timing whole processes against each other."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Seconds after which a program that should be done in two is given up.
LIMIT = 60.0


@dataclass(frozen=True)
class Program:
    """Something to start: a name for people, the words, and what its environment adds."""

    name: str
    words: Sequence[str]
    adds: Mapping[str, str]


class Failed(Exception):
    """A program did not do what was to be measured; the text says which and what it wrote."""


def medians(programs: Sequence[Program], runs: int, base: Mapping[str, str]) -> list[float]:
    """The median wall time of each program, in seconds.

    They take turns (A B A B ...), so that whatever else the machine does meets all of them. The
    first turn fills the caches and is not counted. Raises `Failed` when one does not exit with 0.
    """
    times: list[list[float]] = [[] for _ in programs]
    for turn in range(runs + 1):
        for program, seen in zip(programs, times, strict=True):
            seconds = once(program, base)
            if turn:
                seen.append(seconds)
    return [statistics.median(seen) for seen in times]


def once(program: Program, base: Mapping[str, str]) -> float:
    """Start it, wait for its end, and answer the seconds between. Raises `Failed`."""
    with tempfile.TemporaryFile() as output:  # a file: reading a pipe would be part of the time
        start = time.perf_counter()
        try:
            done = subprocess.run(
                program.words,
                env={**base, **program.adds},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=LIMIT,
                check=False,
                close_fds=os.name == "nt",  # lets POSIX start it without copying this process
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failed(f"{program.name}: {error}") from error
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            output.seek(0)
            text = output.read().decode(errors="replace").strip()
            raise Failed(f"{program.name} ended with {done.returncode}:\n{text[-1000:]}")
    return seconds

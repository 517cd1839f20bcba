"""What one run of a program takes: time, processor time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from typing import NamedTuple

from bench.timing import LIMIT, Failed, Program


class Spent(NamedTuple):
    """Of one process: seconds, seconds of processor time, and bytes of memory at its peak (0: unknown)."""

    wall: float
    cpu: float
    peak: int


def spent(program: Program, base: Mapping[str, str]) -> Spent:
    """Start it, wait for its end. Raises `Failed` when it does not exit with 0."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        with subprocess.Popen(
            program.words,
            env={**base, **program.adds},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ) as process:
            watch = threading.Timer(LIMIT * 2, process.kill)
            watch.start()
            try:
                cpu, peak = _wait(process)
            finally:
                watch.cancel()
        seconds = time.perf_counter() - start
        if process.returncode != 0:
            output.seek(0)
            text = output.read().decode(errors="replace").strip()
            raise Failed(f"{program.name} ended with {process.returncode}:\n{text[-1000:]}")
    return Spent(seconds, cpu, peak)


def _wait(process: subprocess.Popen[bytes]) -> tuple[float, int]:
    if sys.platform == "win32":
        process.wait()
        return float("nan"), 0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2) of each system
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit

"""Running a change in a child process that kills itself at a chosen moment."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from platform_backends import steps


def count_steps(change: Callable[[], object]) -> list[str]:
    """The names of the moments that a change passes, in order. Runs it in a child."""
    if not hasattr(os, "fork"):
        pytest.skip("of POSIX: forked children")
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)

    def body() -> None:
        passed: list[str] = []
        steps.reached = passed.append
        change()
        sending.send(passed)

    child = context.Process(target=body)
    child.start()
    assert receiving.poll(100)
    names: list[str] = receiving.recv()
    child.join(100)
    assert child.exitcode == 0
    return names


def killed_at(moment: int, change: Callable[[], object]) -> None:
    """Run a change in a child that SIGKILLs itself when it passes its `moment`-th step."""

    def body() -> None:
        passed = 0

        def reached(_: str) -> None:
            nonlocal passed
            if passed == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            passed += 1

        steps.reached = reached
        change()

    child: Any = multiprocessing.get_context("fork").Process(target=body)
    child.start()
    child.join(100)
    assert child.exitcode == -signal.SIGKILL

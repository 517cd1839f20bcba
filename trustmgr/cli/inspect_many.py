"""Many targets at once: shown as they are done, counted, and stopped by Ctrl+C."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from trustmgr.cli import complain
from trustmgr.cli.exit_codes import EXIT
from trustmgr.cli.interrupt import ctrl_c_cancels
from trustmgr.cli.password import asking
from trustmgr.cli.progress_line import ProgressLine
from trustmgr.errors import Cancelled, ExitCode, TrustManagerError
from trustmgr.progress import Progress
from trustmgr.target import Target

if TYPE_CHECKING:
    from trustmgr.cli.many_output import Output
    from trustmgr.cli.target_list import Asked
    from trustmgr.diagnose.together import Together
    from trustmgr.engine import Engine, InspectOptions
    from trustmgr.report import Report


def run(asked: Sequence[Asked], options: InspectOptions, engine: Engine, output: Output) -> int:
    """Inspect them all; the exit code is that of the worst.

    Raises `Cancelled` when the user presses Ctrl+C, after what is done was shown.
    """
    progress = Progress()
    targets = _without_repetitions(asked)
    reports = engine.inspect_many([*targets], options, progress, asking())
    wrong = [([p], one) for p, one in enumerate(asked) if isinstance(one, TrustManagerError)]
    line, together = ProgressLine(len(asked)), engine.together()
    worst: int = ExitCode.OK
    try:
        with closing(reports), ctrl_c_cancels(progress):
            places = [*targets.values()]
            done = ((places[index], _compared(outcome, together)) for index, outcome in reports)
            for where, outcome in chain(wrong, done):
                line.clear()
                output.write(where, outcome)
                code = _code(outcome)
                worst = max(worst, code)
                line.count(len(where), good=code == ExitCode.OK)
    except Cancelled:
        line.clear()
        output.end()
        raise Cancelled(f"Stopped: {line.so_far}.") from None
    finally:
        line.clear()
    output.end()
    return worst


def _compared(outcome: Report | Exception, together: Together) -> Report | Exception:
    """With what it shows beside those that came before it."""
    if isinstance(outcome, Exception):
        return outcome
    together.note(outcome)
    return together.told(outcome)


def _without_repetitions(asked: Sequence[Asked]) -> dict[Target, list[int]]:
    """Each target with its places in what was asked, however it is spelled there."""
    places: dict[Target, list[int]] = {}
    spelled: dict[Target, Target] = {}
    for place, one in enumerate(asked):
        if isinstance(one, Target):
            first = spelled.setdefault(replace(one, text=""), one)
            places.setdefault(first, []).append(place)
    return places


def _code(outcome: Report | Exception) -> int:
    return complain(outcome) if isinstance(outcome, Exception) else EXIT[outcome.verdict]

"""Many targets at once: shown as they are done, counted, and stopped by Ctrl+C."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from trustmgr.cli import complain
from trustmgr.cli.exit_codes import EXIT
from trustmgr.cli.password import asking
from trustmgr.cli.progress_line import ProgressLine
from trustmgr.errors import Cancelled, ExitCode, TrustManagerError
from trustmgr.target import Target

if TYPE_CHECKING:
    from trustmgr.cli.many_output import Output
    from trustmgr.cli.target_list import Asked
    from trustmgr.engine import Engine, InspectOptions
    from trustmgr.report import Report


def run(asked: Sequence[Asked], options: InspectOptions, engine: Engine, output: Output) -> int:
    """Inspect them all; the exit code is that of the worst.

    Raises `Cancelled` when the user presses Ctrl+C, after what is done was shown.
    """
    line = ProgressLine(len(asked))
    worst: int = ExitCode.OK
    try:
        with closing(_outcomes(asked, options, engine)) as outcomes:
            for places, outcome in outcomes:
                line.clear()
                output.write(places, outcome)
                if isinstance(outcome, Exception):
                    code = complain(outcome)
                else:
                    code = EXIT[outcome.verdict]
                worst = max(worst, code)
                line.count(len(places), good=code == ExitCode.OK)
    except KeyboardInterrupt:
        line.clear()
        output.end()
        raise Cancelled(f"Stopped: {line.so_far}.") from None
    finally:
        line.clear()
    output.end()
    return worst


def _outcomes(
    asked: Sequence[Asked], options: InspectOptions, engine: Engine
) -> Generator[tuple[list[int], Report | Exception], None, None]:
    """What came of each, with its places in what was asked: a target named twice is inspected once."""
    places: dict[Target, list[int]] = {}
    for place, one in enumerate(asked):
        if isinstance(one, TrustManagerError):
            yield [place], one
        else:
            places.setdefault(replace(one, text=""), []).append(place)
    with closing(engine.inspect_many([*places], options, ask_password=asking())) as reports:
        named = [*places.values()]
        for index, outcome in reports:
            yield named[index], outcome

"""`trustmgr check`: whether what this program changed still holds; what does not is offered again."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, Any

from trustmgr.cli.output import paint, print_json, say
from trustmgr.errors import ExitCode

if TYPE_CHECKING:
    from trustmgr.engine import Engine
    from trustmgr.remedy.drift import Drift

HELP = "whether earlier changes still hold, after updates and new browser profiles"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract, and a way not to be asked."""
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")
    parser.add_argument(
        "--leave-out",
        metavar="STORE",
        action="append",
        default=[],
        help="offer nothing more for this store, which came later (repeatable)",
    )


def run(args: argparse.Namespace, engine: Engine) -> int:
    """0 when everything holds, 1 otherwise."""
    found = engine.check()
    for store in args.leave_out:
        engine.leave_out(found, store)
    found = engine.check() if args.leave_out else found
    if args.json:
        print_json({"schema": 1, "holds": not found, "drifted": [_about(one) for one in found]})
    elif not found:
        say("Everything that Trust Manager changed still holds.")
    else:
        for one in found:
            _tell(one)
    return ExitCode.PROBLEMS if found else ExitCode.OK


def _tell(drift: Drift) -> None:
    import sys

    from trustmgr.remedy.drift import command

    kind = "New: " if drift.newcomer else "No longer: " if drift.certain else "Cannot tell: "
    say(paint(kind, "yellow") + drift.reason)
    say(f"Change {drift.change.id} of {drift.change.at:%Y-%m-%d}.", 2)
    if drift.certain:
        again, no_more = _offers(drift)
        say(again, 2)
        sys.stdout.write(f"    $ {command(drift)}\n")  # whole, to be copied
        say(no_more[0], 2)
        sys.stdout.write(f"    $ {no_more[1]}\n")


def _offers(drift: Drift) -> tuple[str, tuple[str, str]]:
    if drift.newcomer:
        words = shlex.join(["trustmgr", "check", "--leave-out", *drift.stores])
        return "To do it there, too:", ("To be asked no more:", words)
    no_more = "To be asked no more, where the store is still there:"
    return "To do it again:", (no_more, f"trustmgr undo {drift.change.id}")


def _about(drift: Drift) -> dict[str, Any]:
    from trustmgr.cli.plan_text import change_json
    from trustmgr.remedy.drift import command

    return {
        "change": change_json(drift.change),
        "certain": drift.certain,
        "newcomer": drift.newcomer,
        "reason": drift.reason,
        "again": drift.again.value,
        "stores": list(drift.stores),
        "command": command(drift) if drift.certain else None,
    }

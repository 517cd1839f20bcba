"""`trustmgr undo`: take a change back; exactly what was there before is restored."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from trustmgr.cli import changing, plan_text
from trustmgr.cli.output import print_json
from trustmgr.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from trustmgr.engine import Engine

HELP = "take back a change: the last one, or one from the history"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument(
        "change", nargs="?", type=_number, metavar="CHANGE-ID", help="its number in the history"
    )
    parser.add_argument(
        "--last", action="store_true", help="the last review, whole (so it is by default)"
    )
    parser.add_argument(
        "--plan", action="store_true", help="with all other changes of the same review"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Undo and tell."""
    if args.last and args.change is not None:
        raise UsageError("Give a change's number or --last, not both.")
    outcome = engine.undo(args.change, whole=args.plan)
    if args.json:
        print_json({"schema": 1, **plan_text.outcome_json(outcome)})
    else:
        changing.tell(outcome)
    return ExitCode.OK


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of the history")
    return int(text)

"""What import, remove and distrust have in common: show the plan, do it, tell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trustmgr.cli import plan_text
from trustmgr.cli.output import print_json, say
from trustmgr.errors import ExitCode
from trustmgr.progress import Progress

if TYPE_CHECKING:
    from trustmgr.certificate import Certificate
    from trustmgr.engine import Engine
    from trustmgr.plan import Confirmation, Plan
    from trustmgr.remedy.executor import Outcome


def add_store_options(parser: argparse.ArgumentParser) -> None:
    """``--store``, ``--keep-going``, ``--dry-run`` and ``--json``."""
    parser.add_argument(
        "--store", action="append", default=[], metavar="ID", help="this store only; repeatable"
    )
    parser.add_argument(
        "--keep-going",
        action="store_true",
        help="when one store fails, leave the others changed (otherwise all are rolled back)",
    )
    parser.add_argument("--dry-run", action="store_true", help="show the plan and change nothing")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")


def certificates_of(plan: Plan) -> list[Certificate]:
    """Each certificate of the steps once; one that does not parse is left out."""
    from contextlib import suppress

    from trustmgr.certificate import Certificate

    found: dict[bytes, Certificate] = {}
    for step in plan.steps:
        with suppress(ValueError):
            found.setdefault(step.der, Certificate(step.der))
    return list(found.values())


def perform(
    engine: Engine,
    plan: Plan,
    word: Confirmation,
    args: argparse.Namespace,
    about: Mapping[str, Any] | None = None,
) -> int:
    """Apply a plan that was shown, unless it is a dry run, and tell what was done."""
    plan = replace(plan, keep_going=args.keep_going)
    outcome = None if args.dry_run else engine.apply(plan, word, _progress(args.json))
    if args.json:
        print_json(
            {
                "schema": 1,
                **(about or {}),
                "dry_run": bool(args.dry_run),
                "plan": plan_text.plan_json(plan),
                **plan_text.outcome_json(outcome),
            }
        )
    elif outcome is None:
        say("This was a dry run: nothing was changed.")
    else:
        tell(outcome)
    return ExitCode.ROLLED_BACK if outcome is not None and outcome.failures else ExitCode.OK


def tell(outcome: Outcome) -> None:
    """The messages, and how to take it back."""
    for message in outcome.messages:
        say(message)
    ids: Sequence[int] = [change.id for change in outcome.changes if change.undoable]
    if len(ids) > 1:
        say(f"To take all of it back: trustmgr undo {ids[0]} --plan")
    if ids:
        say("To take it back: " + "; ".join(f"trustmgr undo {number}" for number in ids))
    for failure in outcome.failures:
        sys.stderr.write(f"trustmgr: {failure}\n")


def _progress(quiet: bool) -> Progress:
    return Progress(None if quiet or not sys.stderr.isatty() else _to_stderr)


def _to_stderr(sentence: str) -> None:
    sys.stderr.write(f"{sentence} ...\n")

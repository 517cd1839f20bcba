"""`trustmgr history`: every change this program made, newest first."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from trustmgr.cli.output import print_json, print_table, say
from trustmgr.errors import ExitCode

if TYPE_CHECKING:
    from trustmgr.engine import Engine

HELP = "the changes that were made, newest first"

_NAME = 40  # characters of a name in the table


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Read the journal."""
    changes = engine.history()
    if args.json:
        from trustmgr.cli.plan_text import change_json

        print_json({"schema": 1, "changes": [change_json(change) for change in changes]})
    elif not changes:
        say("Nothing was changed yet.")
    else:
        print_table(
            [
                (
                    str(c.id),
                    f"{c.at:%Y-%m-%d %H:%M:%S}",
                    f"undo of {c.undoes}" if c.undoes is not None else c.operation.value,
                    c.subject[:_NAME],
                    c.store,
                    c.state.value,
                )
                for c in changes
            ],
            ("id", "when (UTC)", "change", "certificate", "store", "state"),
        )
    return ExitCode.OK

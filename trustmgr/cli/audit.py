"""`trustmgr audit`: what is trusted here and should be looked at, and settings that go around it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from trustmgr.cli.output import paint, print_json, say
from trustmgr.errors import ExitCode

if TYPE_CHECKING:
    from trustmgr.audit import Audit, Observation
    from trustmgr.engine import Engine

HELP = "what in the stores and in tools' settings needs attention; changes nothing"

_COLOUR = {"danger": "red", "warning": "yellow", "notice": "dim"}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument(
        "--store",
        action="append",
        default=[],
        metavar="ID",
        help="this store only, and no settings; repeatable",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """0 when nothing needs attention, 1 otherwise."""
    found = engine.audit(args.store)
    if args.json:
        print_json(_document(found))
    else:
        _tell(found)
    for store, reason in {**found.unavailable, **found.unreadable}.items():
        sys.stderr.write(f"{store} cannot be read: {reason}\n")
    return ExitCode.PROBLEMS if found.needs_attention else ExitCode.OK


def _tell(found: Audit) -> None:
    for observation in found.observations:
        _one(observation)
    attention = sum(o.needs_attention for o in found.observations)
    looked = "one store" if len(found.stores) == 1 else f"{len(found.stores)} stores"
    counted = {0: "Nothing needs", 1: "One observation needs"}.get(attention, f"{attention} need")
    say(f"Looked at {looked}. {counted} attention.")


def _one(observation: Observation) -> None:
    weight = observation.weight.value
    say(paint(f"{weight.capitalize()}: ", _COLOUR[weight]) + observation.title)
    say(observation.detail, 2)
    for line in observation.evidence:
        say(f"- {line}", 4)
    if observation.advice:
        say(observation.advice, 2)
    for command in observation.commands:
        sys.stdout.write(f"    $ {command}\n")  # whole, to be copied
    say("")


def _document(found: Audit) -> dict[str, Any]:
    return {
        "schema": 1,
        "attention": found.needs_attention,
        "stores": list(found.stores),
        "unreadable": [
            {"store": store, "reason": reason}
            for store, reason in {**found.unavailable, **found.unreadable}.items()
        ],
        "observations": [
            {
                "kind": o.kind,
                "weight": o.weight.value,
                "title": o.title,
                "detail": o.detail,
                "evidence": list(o.evidence),
                "advice": o.advice,
                "commands": list(o.commands),
                "sha256": o.sha256 or None,
                "stores": list(o.stores),
                "added_in": list(o.added_in),
                "place": o.place or None,
            }
            for o in found.observations
        ],
    }

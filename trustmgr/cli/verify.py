"""`trustmgr verify`: real programs of this machine try a site, and say which store they read."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trustmgr.cli.output import print_json, print_table
from trustmgr.errors import ExitCode, UsageError
from trustmgr.target import STARTTLS_PROTOCOLS

if TYPE_CHECKING:
    from trustmgr.clients.base import ClientResult
    from trustmgr.engine import Engine

HELP = "let real programs of this machine try a site"

_ANSWER = {True: "accepts", False: "refuses", None: "cannot tell"}
_LONGEST = 3600.0


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    add = parser.add_argument
    add("target", metavar="TARGET", help="address or host[:port]")
    named = "this one only, such as chromium or firefox; repeatable; all: browsers too"
    add("--client", action="append", default=[], metavar="ID", help=named)
    add("--json", action="store_true", help="one JSON document instead of text")
    add("--host", metavar="NAME", help="the name to check, if it is not the target's")
    add("--connect", metavar="ADDR:PORT", help="connect here instead")
    add("--starttls", choices=STARTTLS_PROTOCOLS, help="begin in this protocol and change to TLS")
    add("--timeout", type=float, default=10.0, metavar="S", help="seconds for each program (10)")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """0 when all that can tell accept, 1 when one refuses, 3 when none can tell."""
    from trustmgr.probe.targets import parse_target

    if not 0 < args.timeout <= _LONGEST:
        raise UsageError(f"--timeout takes seconds between 0 and {_LONGEST:g}.")
    target = parse_target(args.target, host=args.host, connect=args.connect, starttls=args.starttls)
    results = engine.verify(target, args.client, timeout=args.timeout)
    if args.json:
        about = {"host": target.host, "port": target.port, "server_name": target.server_name}
        clients = {result.client: _about(result) for result in results}
        print_json({"schema": 1, "target": about, "clients": clients})
    else:
        print_table(
            [(r.title, _ANSWER[r.accepts], r.store, r.message) for r in results],
            ("program", "answer", "store it reads", "it says"),
        )
    return _code(results)


def _code(results: Sequence[ClientResult]) -> int:
    answers = {result.accepts for result in results}
    if False in answers:
        return ExitCode.PROBLEMS
    return ExitCode.OK if True in answers else ExitCode.UNREACHABLE


def _about(result: ClientResult) -> dict[str, object]:
    return {
        "title": result.title,
        "accepts": result.accepts,
        "why": result.message,
        "store": result.store,
        "version": result.version,
        "command": list(result.command),
    }

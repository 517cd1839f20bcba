"""`trustmgr inspect`: why a site's or a file's certificate is or is not trusted."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.cli.exit_codes import EXIT
from trustmgr.cli.password import asking
from trustmgr.errors import TrustManagerError, UnreadableInput, UsageError
from trustmgr.target import STARTTLS_PROTOCOLS

if TYPE_CHECKING:
    from trustmgr.cli.many_output import Output
    from trustmgr.cli.target_list import Asked
    from trustmgr.engine import Engine, InspectOptions
    from trustmgr.evidence import Evidence
    from trustmgr.target import Target

HELP = "find out why a site or a certificate is not trusted"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    add = parser.add_argument
    add(
        "targets",
        nargs="*",
        metavar="TARGET",
        help="address, host[:port], certificate or evidence file",
    )
    add(
        "--targets",
        dest="lists",
        action="append",
        default=[],
        metavar="FILE",
        help="take targets from here, one a line (-: standard input); repeatable",
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON document instead of text")
    shape.add_argument("--jsonl", action="store_true", help="a line of JSON for each target")
    add(
        "--at",
        type=_moment,
        metavar="TIME",
        help="judge by this moment (2026-11-24 or with a time)",
    )
    add("--host", metavar="NAME", help="the name to check, if it is not the target's")
    add(
        "--roots",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="trust only these CAs; repeatable",
    )
    add(
        "--store",
        action="append",
        default=[],
        metavar="ID",
        help="judge by this store only; repeatable",
    )
    add("--connect", metavar="ADDR:PORT", help="connect here instead")
    add("--starttls", choices=STARTTLS_PROTOCOLS, help="begin in this protocol and change to TLS")
    add(
        "--timeout",
        type=_seconds,
        default=10.0,
        metavar="S",
        help="seconds for each connection (10)",
    )
    add("--no-network", action="store_true", help="fetch no issuers and no revocation answers")
    add("--save-evidence", type=Path, metavar="FILE", help="keep everything observed in this file")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Inspect all targets; the exit code is that of the worst."""
    from trustmgr.engine import InspectOptions

    options = InspectOptions(
        at=args.at,
        roots=tuple(args.roots),
        stores=tuple(args.store),
        timeout=args.timeout,
        network=not args.no_network,
    )
    asked = _asked(args)
    if len(asked) > 1 or args.lists or args.jsonl:
        return _many(asked, args, engine, options)
    (target,) = asked
    if isinstance(target, TrustManagerError):
        raise target
    return _one(target, args, engine, options)


def _asked(args: argparse.Namespace) -> list[Asked]:
    """Every target: those that were named, and then those of lists."""
    from trustmgr.cli import target_list
    from trustmgr.probe.targets import parse_target

    def parse(text: str) -> Target:
        return parse_target(text, host=args.host, connect=args.connect, starttls=args.starttls)

    asked = target_list.from_words(args.targets, parse)
    for path in args.lists:
        asked += target_list.from_file(path, parse)
    if not asked:
        raise UsageError("Nothing is named to inspect.", "Name a TARGET, or --targets FILE.")
    return asked


def _one(target: Target, args: argparse.Namespace, engine: Engine, options: InspectOptions) -> int:
    evidence = engine.collect(target, options, ask_password=asking())
    if args.save_evidence:
        _save(args.save_evidence, evidence)
    report = engine.diagnose(evidence)
    if args.json:
        from trustmgr.cli import report_json
        from trustmgr.cli.output import print_json

        print_json(report_json.document(report))
    else:
        from trustmgr.cli import report_text

        report_text.write(report)
    return EXIT[report.verdict]


def _many(
    asked: list[Asked], args: argparse.Namespace, engine: Engine, options: InspectOptions
) -> int:
    from trustmgr.cli import inspect_many, many_output

    if args.save_evidence:
        raise UsageError("One evidence file holds one target.", "Inspect them one by one to save.")
    output: Output = many_output.Text()
    if args.json or args.jsonl:
        output = many_output.Array() if args.json else many_output.Lines()
    return inspect_many.run(asked, options, engine, output)


def _save(path: Path, evidence: Evidence) -> None:
    from trustmgr import evidence_file

    try:
        path.write_text(evidence_file.dump(evidence), encoding="utf-8")
    except OSError as error:
        raise UnreadableInput(
            f"The evidence could not be written to {path}: {error.strerror}.",
            "Name another file with --save-evidence.",
        ) from error


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the second: beyond the year 1 or 9999 in UTC
        raise argparse.ArgumentTypeError(
            f"{text!r} is no moment; write it like 2026-11-24 or 2026-11-24T12:00:00Z"
        ) from None


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds between 0 and 3600")
    return value

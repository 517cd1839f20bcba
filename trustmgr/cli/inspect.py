"""`trustmgr inspect`: why a site's or a file's certificate is or is not trusted."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.errors import ExitCode, UnreadableInput
from trustmgr.findings import Verdict
from trustmgr.target import STARTTLS_PROTOCOLS

if TYPE_CHECKING:
    from trustmgr.engine import Engine, InspectOptions
    from trustmgr.evidence import Evidence
    from trustmgr.report import Report
    from trustmgr.target import Target

HELP = "find out why a site or a certificate is not trusted"

_EXIT = {
    Verdict.TRUSTED: ExitCode.OK,
    Verdict.UNTRUSTED: ExitCode.PROBLEMS,
    Verdict.UNREACHABLE: ExitCode.UNREACHABLE,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    add = parser.add_argument
    add(
        "targets",
        nargs="+",
        metavar="TARGET",
        help="address, host[:port], certificate or evidence file",
    )
    add("--json", action="store_true", help="one JSON document instead of text")
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
    reports = [_inspect(target, args, engine, options) for target in _targets(args)]
    if len(reports) > 1:
        reports = engine.compare(reports)
    if args.json:
        from trustmgr.cli import report_json
        from trustmgr.cli.output import print_json

        documents = [report_json.document(report) for report in reports]
        print_json(documents[0] if len(documents) == 1 else documents)
    else:
        from trustmgr.cli import report_text

        for number, report in enumerate(reports):
            if number:
                sys.stdout.write("\n")
            report_text.write(report)
    return max(_EXIT[report.verdict] for report in reports)


def _targets(args: argparse.Namespace) -> list[Target]:
    """Files that follow each other are one target: leaf, then intermediates."""
    from trustmgr.probe.targets import merge_files, parse_target

    return merge_files(
        [
            parse_target(text, host=args.host, connect=args.connect, starttls=args.starttls)
            for text in args.targets
        ]
    )


def _inspect(
    target: Target, args: argparse.Namespace, engine: Engine, options: InspectOptions
) -> Report:
    evidence = engine.collect(target, options)
    if args.save_evidence:
        _save(args.save_evidence, evidence)
    return engine.diagnose(evidence)


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
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no moment; write it like 2026-11-24 or 2026-11-24T12:00:00Z"
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds between 0 and 3600")
    return value

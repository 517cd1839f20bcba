"""`trustmgr lab`: serves the broken sites until Ctrl-C."""

from __future__ import annotations

import argparse
import hashlib
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.cli.output import print_table
from trustmgr.errors import ExitCode
from trustmgr.text import typed

if TYPE_CHECKING:
    from types import FrameType

    from trustmgr.engine import Engine
    from trustmgr.lab import Lab

HELP = "start broken sites on this machine's loopback address, to try things on"

DEFAULT_PORT = 8443


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        metavar="N",
        help=f"the main port ({DEFAULT_PORT}); the sites' own follow it; 0: free ones",
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of text")
    parser.add_argument(
        "--ca-file",
        type=Path,
        metavar="FILE",
        help="write the lab's CA here and leave it (else: a temporary file)",
    )
    parser.add_argument(
        "--latency",
        type=_milliseconds,
        default=0.0,
        metavar="MS",
        help="milliseconds that everything takes to arrive at the lab, as from far away (0)",
    )


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Serve until a signal says stop; that is the good end."""
    del engine  # the lab needs none
    with _stop_signal() as stop:
        from trustmgr.lab import running_lab

        with running_lab(args.port, args.ca_file, args.latency) as lab:
            if args.json:
                sys.stdout.write(json.dumps(document(lab)) + "\n")
            else:
                _describe(lab)
            sys.stdout.flush()
            # In pieces, because on Windows a wait without an end keeps Ctrl-C waiting too.
            while not stop.wait(0.5):
                pass
    return ExitCode.OK


def document(lab: Lab) -> dict[str, object]:
    """What ``--json`` writes."""
    return {
        "schema": 1,
        "ca_file": str(lab.ca_file),
        "ca_sha256": hashlib.sha256(lab.ca_der).hexdigest(),
        "port": lab.port,
        "http_port": lab.http_port,
        "sites": [
            {
                "name": site.name,
                "host": site.host,
                "port": site.port,
                "target": site.target,
                "starttls": site.starttls,
                "causes": sorted(site.causes),
                "verdict": site.verdict,
                "description": site.description,
            }
            for site in lab.sites.values()
        ],
    }


def _describe(lab: Lab) -> None:
    from trustmgr.lab.site import MANY

    print_table(
        [[s.name, s.target, ", ".join(sorted(s.causes)) or "-"] for s in lab.sites.values()],
        ("site", "target", "causes"),
    )
    good, expired = lab.sites["good"], lab.sites["expired"]
    file = typed([str(lab.ca_file)])
    lines = (
        "",
        f"Port {lab.port} serves every site by its server name, and any name under {MANY}.",
        f"The lab's CA:  {lab.ca_file}",
        f"SHA-256:       {hashlib.sha256(lab.ca_der).hexdigest()}",
        "",
        "Try:",
        f"  trustmgr inspect {expired.target} --roots {file}",
        f"  curl --cacert {file} https://{good.target}/",
        "",
        "Ctrl-C ends the lab.",
    )
    # Not wrapped: paths and commands have to be copied whole.
    sys.stdout.write("\n".join(lines) + "\n")


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, from the first moment on."""
    stop = threading.Event()

    def heard(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _milliseconds(text: str) -> float:
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 10_000):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of milliseconds up to 10000")
    return int(text) / 1000


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)

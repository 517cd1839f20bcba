"""`trustmgr profile`: a configuration profile, which brings root authorities to many Macs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.cli.output import print_json, say
from trustmgr.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from trustmgr.certificate import Certificate
    from trustmgr.engine import Engine

HELP = "write a configuration profile with root authorities, for many Macs"


def configure(parser: argparse.ArgumentParser) -> None:
    """Files in, one file out."""
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="certificate file (PEM, DER, PKCS#7, PKCS#12)")
    add(
        "--output", required=True, metavar="FILE", help="the file to write, such as ca.mobileconfig"
    )
    add("--json", action="store_true", help="one JSON document instead of text")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Read, check, write. Nothing becomes trusted on this machine."""
    from trustmgr.cli.import_ import read

    certificates = read(args.files, engine)
    _write(Path(args.output), engine.mac_profile([one.der for one in certificates]))
    if args.json:
        hashes = [one.sha256 for one in certificates]
        print_json({"schema": 1, "output": args.output, "certificates": hashes})
    else:
        _tell(args.output, certificates)
    return ExitCode.OK


def _write(path: Path, data: bytes) -> None:
    """A file that is there is somebody's: it is not replaced."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", "Name another file.") from None


def _tell(output: str, certificates: list[Certificate]) -> None:
    from trustmgr.cli.plan_text import colons

    say(f"{output} makes these authorities trusted on the Macs that it is handed out to:")
    for certificate in certificates:
        say(f"{certificate.title}, SHA-256 {colons(certificate.sha256)}", indent=2)
    say(
        "Nothing was changed here. A device management installs it without a question; by hand, open it "
        "and approve it in System Settings, General, Device Management."
    )

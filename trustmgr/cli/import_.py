"""`trustmgr import`: make the certificates of files trusted, after the user has confirmed them."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.cli import changing, plan_text
from trustmgr.errors import ConfirmationNeeded, UsageError

if TYPE_CHECKING:
    from trustmgr.certificate import Certificate
    from trustmgr.engine import Engine
    from trustmgr.plan import Confirmation, Plan

HELP = "make certificates from files trusted, after you confirmed their fingerprint"

_FINGERPRINT = re.compile(r"(?:[0-9A-Fa-f]{2}:?){32}")
_PURPOSES = ("server-auth", "client-auth", "email", "code-signing")


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    add = parser.add_argument
    add(
        "files",
        nargs="+",
        metavar="FILE",
        help="certificate file (PEM, DER, PKCS#7, PKCS#12), or the SHA-256 of what a store here trusts",
    )
    changing.add_store_options(parser)
    add(
        "--everywhere",
        action="store_true",
        help="in every store that some program of this machine needs",
    )
    add(
        "--purpose",
        action="append",
        default=[],
        choices=_PURPOSES,
        help="what it is trusted for (server-auth); repeatable",
    )
    add(
        "--fingerprint",
        action="append",
        default=[],
        metavar="SHA256",
        help="the fingerprint that your administrator gave you; names what to import of several",
    )
    add("--yes", action="store_true", help="trust every certificate of the files you named")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Read, show, confirm, do."""
    from platform_backends.base import Purpose

    if args.everywhere and args.store:
        raise UsageError("--everywhere and --store exclude each other.", "Give one of them.")
    certificates = _named(read(args.files, engine), args.fingerprint)
    plan = engine.plan_import(
        [certificate.der for certificate in certificates],
        stores=args.store,
        purposes=[Purpose(purpose) for purpose in args.purpose],
        from_network=False,
        everywhere=args.everywhere,
    )
    if not args.json:
        plan_text.write(plan, certificates)
    plan, word = _confirmed(plan, args)
    about = {"certificates": [_about(certificate) for certificate in certificates]}
    return changing.perform(engine, plan, word, args, about)


def read(files: Sequence[str], engine: Engine) -> list[Certificate]:
    """Every certificate of the files, each once, in their order. Raises `UnreadableInput`."""
    from trustmgr.certificate import Certificate, Source

    found: dict[bytes, Certificate] = {}
    for file in files:
        known = _FINGERPRINT.fullmatch(file) and not Path(file).exists()
        for der in [engine.trusted_here(file)] if known else _certificates(file):
            found.setdefault(der, Certificate(der, Source.FILE))
    return list(found.values())


def _certificates(file: str) -> Sequence[bytes]:
    from trustmgr.cli.password import asking
    from trustmgr.probe.files import read_certificates

    certificates, problems = read_certificates(file, asking())
    for problem in problems:
        sys.stderr.write(f"Not read: {problem}\n")
    return certificates


def _named(certificates: list[Certificate], fingerprints: Sequence[str]) -> list[Certificate]:
    """Those whose fingerprint was given; all when none was. Raises `FingerprintMismatch`."""
    if not fingerprints:
        return certificates
    from trustmgr.remedy.confirmation import mismatch, read_fingerprints

    wanted = set(read_fingerprints(",".join(fingerprints)))
    chosen = [certificate for certificate in certificates if certificate.sha256 in wanted]
    if len(chosen) < len(wanted):
        raise mismatch()
    return chosen


def _confirmed(plan: Plan, args: argparse.Namespace) -> tuple[Plan, Confirmation]:
    """The user's word; on a terminal it is asked for. Nothing to do needs no word."""
    from trustmgr.plan import Confirmation

    if args.fingerprint:
        return plan, Confirmation(fingerprint=",".join(args.fingerprint))
    if args.yes or args.dry_run or not plan.steps:
        return plan, Confirmation(named_file=bool(args.yes))
    if args.json or sys.stdin is None or not sys.stdin.isatty():
        raise ConfirmationNeeded(
            "Nothing becomes trusted without your word.",
            "Give the fingerprint that your administrator gave you (--fingerprint SHA256), or --yes if "
            "the file came from a source you trust. Nothing was changed.",
        )
    return _ask(plan)


def _ask(plan: Plan) -> tuple[Plan, Confirmation]:
    """What is typed also says which of several certificates is meant."""
    from trustmgr.plan import Confirmation
    from trustmgr.remedy.confirmation import mismatch, read_fingerprints

    sys.stdout.write(
        "Type or paste the SHA-256 fingerprint that your administrator gave you (not the one above; "
        "Enter alone stops): "
    )
    sys.stdout.flush()
    text = sys.stdin.readline(1000).strip()
    if not text:
        raise ConfirmationNeeded("No fingerprint was given.", "Nothing was changed.")
    try:
        wanted = set(read_fingerprints(text))
    except UsageError as error:  # "no", for one: whatever is typed here and is none is a refusal
        raise ConfirmationNeeded(
            error.sentence, f"{error.next_step} Nothing was changed."
        ) from error
    if wanted - {step.sha256 for step in plan.steps}:
        raise mismatch()
    steps = tuple(step for step in plan.steps if step.sha256 in wanted)
    return replace(plan, steps=steps), Confirmation(fingerprint=text)


def _about(certificate: Certificate) -> dict[str, object]:
    from trustmgr.cli.report_json import rfc3339

    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_before": rfc3339(certificate.not_before),
        "not_after": rfc3339(certificate.not_after),
        "sha256": certificate.sha256,
        "is_ca": certificate.is_ca,
    }

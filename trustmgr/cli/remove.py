"""`trustmgr remove`: take a certificate out of the stores. The whole SHA-256 is the confirmation."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from trustmgr.cli import changing, plan_text

if TYPE_CHECKING:
    from trustmgr.engine import Engine

HELP = "take a certificate that this program added out of the stores"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract, and ``--force``."""
    parser.add_argument("sha256", metavar="SHA256", help="its whole SHA-256 fingerprint")
    changing.add_store_options(parser)
    parser.add_argument("--force", action="store_true", help="also where others have put it there")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Plan, show, do."""
    from trustmgr.plan import Confirmation

    plan = engine.plan_remove(args.sha256, stores=args.store, force=args.force)
    if not args.json:
        plan_text.write(plan, changing.certificates_of(plan))
    return changing.perform(engine, plan, Confirmation(), args)

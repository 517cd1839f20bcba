"""`trustmgr distrust`: never trust a certificate again, where stores can say so."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from trustmgr.cli import changing, plan_text

if TYPE_CHECKING:
    from trustmgr.engine import Engine

HELP = "distrust a certificate that the stores hold, also one of the vendor's"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("sha256", metavar="SHA256", help="its whole SHA-256 fingerprint")
    changing.add_store_options(parser)


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Plan, show, do."""
    from trustmgr.plan import Confirmation

    plan = engine.plan_distrust(args.sha256, stores=args.store)
    if not args.json:
        plan_text.write(plan, changing.certificates_of(plan))
    return changing.perform(engine, plan, Confirmation(), args)

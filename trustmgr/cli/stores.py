"""`trustmgr stores`: the places of this machine where trust is kept."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trustmgr.cli.output import print_json, print_table
from trustmgr.errors import ExitCode
from trustmgr.text import inert

if TYPE_CHECKING:
    from platform_backends.base import Store
    from trustmgr.engine import Engine

HELP = "the trust stores on this machine"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")
    parser.add_argument(
        "--refresh",
        action="store_true",
        help="first make anew this program's bundles for single tools, if the machine's roots have changed",
    )


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Ask each store."""
    refreshed = engine.refresh() if args.refresh else ()
    found = [_about(store) for store in engine.stores()]
    if args.json:
        print_json({"schema": 1, "stores": found})
        return ExitCode.OK
    print_table(
        [
            (
                str(store["id"]),
                str(store["title"]),
                str(store["scope"]),
                _count(store),
                "no" if store["privilege"] == "none" else "yes",
            )
            for store in found
        ],
        ("store", "name", "serves", "certificates", "changes need an administrator"),
    )
    for store in found:
        if store["reason"] and store["entries"] is not None:
            print(inert(f"{store['id']}: {store['reason']} {store['fix']}".rstrip()))
    for title in refreshed:
        print(f"The bundle of {title} was made anew.")
    return ExitCode.OK


def _about(store: Store) -> dict[str, Any]:
    from platform_backends.base import StoreError

    available = store.availability()
    about: dict[str, Any] = {
        "id": store.id,
        "title": store.title,
        "scope": store.scope.value,
        "privilege": store.privilege.value,
        "available": available.available,
        "reason": available.reason,
        "fix": available.fix,
        "entries": None,  # cannot tell
    }
    if available.available:
        try:
            about["entries"] = len(store.entries())
        except StoreError as error:
            about["reason"], about["fix"] = error.sentence, error.next_step
    return about


def _count(store: dict[str, Any]) -> str:
    if store["entries"] is not None:
        return str(store["entries"])
    return f"cannot tell: {store['reason']} {store['fix']}".strip()

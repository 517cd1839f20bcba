"""`trustmgr list`: what is trusted where; one row per certificate, one column per store."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trustmgr.cli.output import paint, print_json, print_table, say
from trustmgr.errors import ExitCode

if TYPE_CHECKING:
    from platform_backends.base import Entry, Trust
    from trustmgr.certificate import Certificate
    from trustmgr.engine import Engine

HELP = "the certificates in the stores, and how far each is trusted"

_NAME = 44  # characters of a name in the table


@dataclass
class _Listing:
    """Certificates by SHA-256, and the stores that could not be read."""

    stores: list[str] = field(default_factory=list)
    held: dict[str, dict[str, Entry]] = field(default_factory=dict)  # sha256 -> store -> entry
    unreadable: dict[str, str] = field(default_factory=dict)


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument(
        "--store", action="append", default=[], metavar="ID", help="this store only; repeatable"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Read every store, or those named; one that cannot be read is said, never taken for empty."""
    listing = _read(engine, args.store)
    if args.json:
        print_json(_document(listing))
    else:
        _table(listing)
    for store, reason in listing.unreadable.items():
        sys.stderr.write(f"{store} cannot be read: {reason}\n")
    return ExitCode.OK if listing.stores else ExitCode.USAGE


def _read(engine: Engine, named: list[str]) -> _Listing:
    from platform_backends.base import StoreError

    stores = [engine.store(i) for i in dict.fromkeys(named)] if named else engine.stores()
    listing = _Listing()
    for store in stores:
        try:
            entries = store.entries()
        except StoreError as error:
            listing.unreadable[store.id] = f"{error.sentence} {error.next_step}".strip()
            continue
        listing.stores.append(store.id)
        for entry in entries:
            listing.held.setdefault(entry.sha256, {}).setdefault(store.id, entry)
    return listing


def _table(listing: _Listing) -> None:
    rows = []
    for sha256, places in listing.held.items():
        certificate = _certificate(places)
        name = certificate.title if certificate else "(does not parse)"
        until = f"{certificate.not_after:%Y-%m-%d}" if certificate else ""
        cells = [_cell(places.get(store)) for store in listing.stores]
        rows.append([_short(name), until, *cells, sha256])
    rows.sort(key=lambda row: (row[0].casefold(), row[-1]))
    print_table(rows, ("certificate", "until", *listing.stores, "SHA-256"))
    counted = "one certificate" if len(rows) == 1 else f"{len(rows)} certificates"
    say(f"{counted}; * was put there by Trust Manager.")
    for sha256, places in listing.held.items():
        if warning := _warning(places):
            say(paint("Warning: ", "red") + f"{warning} Remove it: trustmgr remove {sha256}")


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _cell(entry: Entry | None) -> str:
    if entry is None:
        return "-"
    ours = "*" if entry.origin.value == "this-program" else ""
    return _trust_word(entry.trust) + ours


def _trust_word(trust: Trust) -> str:
    decisions = trust.to_json()
    if "distrusted" in decisions.values():
        return "distrusted"
    trusted = [purpose for purpose, decision in decisions.items() if decision == "trusted"]
    if len(trusted) == len(decisions):
        return "everything"
    return ",".join(trusted) or "unspecified"


def _certificate(places: dict[str, Entry]) -> Certificate | None:
    from trustmgr.certificate import Certificate, Source

    try:
        return Certificate(next(iter(places.values())).der, Source.STORE)
    except ValueError:
        return None


def _warning(places: dict[str, Entry]) -> str:
    """A sentence about a certificate that must not be trusted and is; empty for all others."""
    from trustmgr.knownbad import known_bad

    certificate = _certificate(places)
    bad = known_bad(certificate) if certificate else None
    where = [
        store for store, entry in places.items() if "trusted" in entry.trust.to_json().values()
    ]
    if certificate is None or bad is None or not where:
        return ""
    return (
        f"“{certificate.title}” belongs to {bad.name} and must not be trusted: {bad.why}. It is "
        f"trusted in {', '.join(where)}."
    )


def _document(listing: _Listing) -> dict[str, Any]:
    return {
        "schema": 1,
        "stores": listing.stores,
        "unreadable": [
            {"store": store, "reason": reason} for store, reason in listing.unreadable.items()
        ],
        "certificates": [_about(sha256, places) for sha256, places in listing.held.items()],
    }


def _about(sha256: str, places: dict[str, Entry]) -> dict[str, Any]:
    from trustmgr.cli.report_json import rfc3339

    certificate = _certificate(places)
    return {
        "sha256": sha256,
        "subject": certificate.subject if certificate else None,
        "issuer": certificate.issuer if certificate else None,
        "not_before": rfc3339(certificate.not_before) if certificate else None,
        "not_after": rfc3339(certificate.not_after) if certificate else None,
        "is_ca": certificate.is_ca if certificate else None,
        "warning": _warning(places) or None,
        "stores": {
            store: {
                "trust": entry.trust.to_json(),
                "origin": entry.origin.value,
                "location": entry.location,
            }
            for store, entry in places.items()
        },
    }

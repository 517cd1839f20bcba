"""`trustmgr list`: what is trusted where; one row per certificate, one column per store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from trustmgr.cli.output import paint, print_json, print_table, say
from trustmgr.errors import ExitCode

if TYPE_CHECKING:
    from platform_backends.base import Entry, Trust
    from trustmgr.engine import Engine
    from trustmgr.holdings import Holding, Holdings
    from trustmgr.inconsistency import Inconsistency

HELP = "the certificates in the stores, and how far each is trusted"

_NAME = 44  # characters of a name in the table


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument(
        "--store", action="append", default=[], metavar="ID", help="this store only; repeatable"
    )
    parser.add_argument(
        "--inconsistent",
        action="store_true",
        help="only what was added here and is trusted by some stores and not by others",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Read every store, or those named; one that cannot be read is said, never taken for empty."""
    from trustmgr.holdings import read

    named = [engine.store(identity) for identity in dict.fromkeys(args.store)]
    holdings = read(named or engine.stores())
    torn = _inconsistent(holdings)
    shown = [h for h in holdings.certificates if h.sha256 in torn or not args.inconsistent]
    if args.json:
        print_json(_document(holdings, shown, torn))
    else:
        _table(holdings, shown, torn)
    for store, reason in {**holdings.unavailable, **holdings.unreadable}.items():
        sys.stderr.write(f"{store} cannot be read: {reason}\n")
    return ExitCode.OK if holdings.stores else ExitCode.USAGE


def _inconsistent(holdings: Holdings) -> Mapping[str, Inconsistency]:
    from trustmgr import inconsistency

    stores, adding = holdings.stores, holdings.adding
    found = {h.sha256: inconsistency.of(h, stores, adding) for h in holdings.certificates}
    return {sha256: one for sha256, one in found.items() if one is not None}


def _table(holdings: Holdings, shown: list[Holding], torn: Mapping[str, Inconsistency]) -> None:
    from trustmgr.inconsistency import sentence

    rows = []
    for holding in sorted(shown, key=lambda h: (h.title.casefold(), h.sha256)):
        until = f"{holding.certificate.not_after:%Y-%m-%d}" if holding.certificate else ""
        mark = "! " if holding.sha256 in torn else ""
        cells = [_cell(holding.places.get(store)) for store in holdings.stores]
        rows.append([mark + _short(holding.title), until, *cells, holding.sha256])
    print_table(rows, ("certificate", "until", *holdings.stores, "SHA-256"))
    counted = "one certificate" if len(rows) == 1 else f"{len(rows)} certificates"
    say(f"{counted}; * was put there by Trust Manager; who else added one stands with it.")
    for place, readers in _readers(holdings).items():
        say(f"~ has no roots of its own and reads {place}: {', '.join(readers)}.")
    for holding in shown:
        if found := torn.get(holding.sha256):
            say(paint("Inconsistent: ", "yellow") + sentence(holding, found, holdings))
        if warning := _warning(holding):
            say(
                paint("Warning: ", "red") + f"{warning} Remove it: trustmgr remove {holding.sha256}"
            )


def _readers(holdings: Holdings) -> Mapping[str, Iterable[str]]:
    """File of the machine's roots -> the stores that only read it."""
    from trustmgr.text import inert

    found: dict[str, dict[str, None]] = {}  # in order, each once
    for holding in holdings.certificates:
        for store, entry in holding.places.items():
            if entry.inherited:
                found.setdefault(inert(entry.location), {})[store] = None
    return found


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _cell(entry: Entry | None) -> str:
    if entry is None:
        return "-"
    if entry.inherited:
        return f"{_trust_word(entry.trust)} ~"
    origin = entry.origin.value
    who = {"vendor": "", "this-program": "*"}.get(origin, f" ({origin})")
    return _trust_word(entry.trust) + who


def _trust_word(trust: Trust) -> str:
    decisions = trust.to_json()
    if "distrusted" in decisions.values():
        return "distrusted"
    trusted = [purpose for purpose, decision in decisions.items() if decision == "trusted"]
    if len(trusted) == len(decisions):
        return "everything"
    return ",".join(trusted) or "unspecified"


def _warning(holding: Holding) -> str:
    """A sentence about a certificate that must not be trusted and is; empty for all others."""
    from trustmgr.knownbad import known_bad

    bad = known_bad(holding.certificate) if holding.certificate else None
    if bad is None or not holding.trusting:
        return ""
    return (
        f"“{holding.title}” belongs to {bad.name} and must not be trusted: {bad.why}. It is "
        f"trusted in {', '.join(holding.trusting)}."
    )


def _document(
    holdings: Holdings, shown: list[Holding], torn: Mapping[str, Inconsistency]
) -> dict[str, Any]:
    return {
        "schema": 1,
        "stores": list(holdings.stores),
        "unreadable": [
            {"store": store, "reason": reason}
            for store, reason in {**holdings.unavailable, **holdings.unreadable}.items()
        ],
        "certificates": [_about(holding, torn.get(holding.sha256)) for holding in shown],
    }


def _about(holding: Holding, torn: Inconsistency | None) -> dict[str, Any]:
    from trustmgr.cli.report_json import rfc3339

    certificate = holding.certificate
    return {
        "sha256": holding.sha256,
        "subject": certificate.subject if certificate else None,
        "issuer": certificate.issuer if certificate else None,
        "not_before": rfc3339(certificate.not_before) if certificate else None,
        "not_after": rfc3339(certificate.not_after) if certificate else None,
        "is_ca": certificate.is_ca if certificate else None,
        "warning": _warning(holding) or None,
        "inconsistent": torn is not None,
        "missing_in": list(torn.others) if torn is not None else [],
        "stores": {
            store: {
                "trust": entry.trust.to_json(),
                "origin": entry.origin.value,
                "location": entry.location,
                "inherited": entry.inherited,
            }
            for store, entry in holding.places.items()
        },
    }

"""Where an added certificate came from: the journal, a package, a policy, a known tool, or unknown.

Each way is one function that gives a `Provenance` or None; the first that knows decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import resources
from platform_backends.base import Origin
from trustmgr import knowledge
from trustmgr.audit import packages
from trustmgr.holdings import Holding
from trustmgr.remedy.change import Change, State
from trustmgr.text import inert


@dataclass(frozen=True)
class Provenance:
    """`source`: ``this-program``, ``package``, ``policy``, ``developer-tool``, ``interceptor`` or
    ``unknown``. `known`: somebody here decided for it knowingly, so that nothing has to be done."""

    source: str
    sentence: str
    evidence: tuple[str, ...]
    known: bool
    advice: str = ""
    commands: tuple[str, ...] = ()


def of(holdings: Sequence[Holding], changes: Sequence[Change]) -> Mapping[str, Provenance]:
    """By SHA-256."""
    files = [path for holding in holdings if (path := _file(holding)) is not None]
    owners = packages.owners(files)
    return {holding.sha256: _of(holding, changes, owners) for holding in holdings}


def _of(holding: Holding, changes: Sequence[Change], owners: Mapping[Path, str]) -> Provenance:
    ways: tuple[Callable[[], Provenance | None], ...] = (
        lambda: _ours(holding, changes),
        lambda: _policy(holding),
        lambda: _package(holding, owners),
        lambda: _tool(holding),
        lambda: _interceptor(holding),
    )
    return next((found for way in ways if (found := way())), None) or _unknown(holding)


def _ours(holding: Holding, changes: Sequence[Change]) -> Provenance | None:
    made = next(
        (
            c
            for c in changes
            if c.sha256 == holding.sha256
            and c.state is State.DONE
            and c.trust_after is not None
            and c.store in holding.places
        ),
        None,
    )
    if made is not None:
        words = f"Trust Manager added it on {made.at:%Y-%m-%d} for {inert(made.who)}."
        return Provenance("this-program", words, (f"Change {made.id} of the history",), True)
    if all(holding.places[s].origin is Origin.THIS_PROGRAM for s in holding.added):
        words = "Trust Manager added it, for another account or before the history was begun anew."
        return Provenance("this-program", words, (_places(holding),), True)
    return None


def _policy(holding: Holding) -> Provenance | None:
    if not any(e.origin is Origin.POLICY for e in holding.places.values()):
        return None
    return Provenance(
        "policy", "A policy of this computer adds it.", (_places(holding),), True,
        "Whoever manages this computer decides about it; removed by hand, it comes back.",
    )  # fmt: skip


def _package(holding: Holding, owners: Mapping[Path, str]) -> Provenance | None:
    path = _file(holding)
    owner = owners.get(path) if path is not None else None
    if owner is None:
        return None
    return Provenance(
        "package", f"The package {owner} brought it.", (f"{path} belongs to {owner}",), True,
        f"To be rid of it, remove the package {owner}.",
    )  # fmt: skip


def _tool(holding: Holding) -> Provenance | None:
    subject = holding.certificate.subject if holding.certificate else ""
    for tool in resources.table("knowledge", "developer-tools.toml")["tool"]:
        if not re.search(tool["pattern"], subject, re.IGNORECASE):
            continue
        key = f" ({tool['key']})" if "key" in tool else ""
        return Provenance(
            "developer-tool",
            f"By its name, {tool['name']} made it.",
            (f"The subject is {subject}", *_age(holding)),
            False,
            f"The key of such a CA lies in a file on this computer{key}: whoever can read it can "
            "impersonate every site. Remove the CA when you do not develop with it any more.",
            (tool["remove"],) if "remove" in tool else (),
        )
    return None


def _interceptor(holding: Holding) -> Provenance | None:
    subject = holding.certificate.subject if holding.certificate else ""
    found = next((one for one in knowledge.interceptors() if one.mark in subject.lower()), None)
    if found is None:
        return None
    return Provenance(
        "interceptor",
        f"By its name it belongs to {found.name}, which looks into connections.",
        (f"The subject is {subject}", *_age(holding)),
        False,
        "If your company, school or protection program reads connections, keep it; if not, remove that "
        "program and then the certificate.",
    )


def _unknown(holding: Holding) -> Provenance:
    return Provenance(
        "unknown",
        "Nothing here says who added it.",
        (_places(holding), *_age(holding)),
        False,
        "Ask who looks after this computer. If nobody knows it, remove it; undo brings it back.",
    )


def _file(holding: Holding) -> Path | None:
    for store in holding.added:
        location = holding.places[store].location
        if location.startswith("/"):
            return Path(location)
    return None


def _age(holding: Holding) -> tuple[str, ...]:
    path = _file(holding)
    try:
        if path is None:
            return ()
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return ()
    return (f"{inert(str(path))} was written on {at:%Y-%m-%d}",)


def _places(holding: Holding) -> str:
    named = [f"{store} by {holding.places[store].origin.value}" for store in holding.added]
    return f"It is in {', '.join(named)}"

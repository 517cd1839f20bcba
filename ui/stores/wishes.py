"""What a user can want done with a certificate in stores: each is a plan to review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platform_backends.base import Trust
    from trustmgr.engine import Engine
    from trustmgr.plan import Plan

Planner = Callable[["Engine", tuple[str, ...]], "Plan"]


@dataclass(frozen=True)
class Wish:
    """`offered`: the stores to choose from (empty: all of them); `picked`: those chosen at first.

    `gains`: the certificate becomes trusted, so its fingerprint has to be typed.
    """

    title: str
    heading: str
    button: str
    sha256: str
    der: bytes
    plan: Planner
    offered: Sequence[str] = ()
    picked: Sequence[str] = ()
    gains: bool = False


def remove(sha256: str, der: bytes, offered: Sequence[str], picked: Sequence[str]) -> Wish:
    """Take it out, also where others have put it."""
    return Wish(
        "Remove a certificate",
        "This would be removed",
        "&Remove",
        sha256,
        der,
        lambda engine, stores: engine.plan_remove(sha256, stores=stores, force=True),
        offered,
        picked,
    )


def distrust(sha256: str, der: bytes, offered: Sequence[str], picked: Sequence[str]) -> Wish:
    """Never trust it again."""
    return Wish(
        "Distrust a certificate",
        "This would be distrusted",
        "&Distrust",
        sha256,
        der,
        lambda engine, stores: engine.plan_distrust(sha256, stores=stores),
        offered,
        picked,
    )


def add(sha256: str, der: bytes, picked: Sequence[str] = (), trust: Trust | None = None) -> Wish:
    """Trust it in more stores. `trust`: as it was before; without, for TLS servers."""

    def plan(engine: Engine, stores: tuple[str, ...]) -> Plan:
        from platform_backends.base import Decision, Purpose

        purposes = [
            p for p in Purpose if trust is not None and trust.decision(p) is Decision.TRUSTED
        ]
        return engine.plan_import([der], stores=stores, purposes=purposes, from_network=True)

    return Wish(
        "Trust a certificate",
        "This would become trusted",
        "&Apply",
        sha256,
        der,
        plan,
        (),
        picked,
        gains=True,
    )

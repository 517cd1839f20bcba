"""What a user can want done with a certificate in stores: each is a plan to review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustmgr.engine import Engine
    from trustmgr.plan import Plan
    from trustmgr.remedy.drift import Drift

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


def add(sha256: str, der: bytes, picked: Sequence[str] = ()) -> Wish:
    """Trust it in more stores, for TLS servers. Its fingerprint is asked for."""
    return Wish(
        "Trust a certificate",
        "This would become trusted",
        "&Apply",
        sha256,
        der,
        lambda engine, stores: engine.plan_import([der], stores=stores, from_network=True),
        (),
        picked,
        gains=True,
    )


def setting(name: str, title: str) -> Wish:
    """Change a setting of the system; it makes nobody trusted."""
    return Wish(
        "Change a setting of this computer",
        title,
        "Change &it",
        "",
        b"",
        lambda engine, stores: engine.plan_setting(name),
        (name,),
    )


def again(drift: Drift) -> Wish:
    """What an earlier change did, which the user confirmed then (the history says when)."""
    from trustmgr.remedy.drift import Again, purposes

    change = drift.change
    if drift.again is Again.DISTRUST:
        return distrust(change.sha256, change.der, drift.stores, drift.stores)
    if drift.again is Again.SETTING:
        return setting(change.store, change.subject)
    if drift.again is Again.REMOVE:
        return remove(change.sha256, change.der, drift.stores, drift.stores)
    return Wish(
        "Trust a certificate again",
        f"You confirmed this on {change.at:%Y-%m-%d}; it would be trusted again",
        "&Apply",
        change.sha256,
        change.der,
        lambda engine, stores: engine.plan_import(
            [change.der], stores=stores, purposes=purposes(change), from_network=False
        ),
        (),
        drift.stores,
    )

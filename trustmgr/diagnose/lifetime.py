"""How long certificates may live, by the rules that were in force when they were issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import resources
from trustmgr.certificate import Certificate
from trustmgr.policy import validation

#: Kind of authority -> what every rule allows, so that nothing has to be read for shorter lives.
ALWAYS_ALLOWED = {"public": timedelta(days=47), "private": timedelta(days=825)}


@dataclass(frozen=True)
class Limit:
    """One rule of resources/knowledge/lifetimes.toml. `id` is what client policies call it."""

    id: str
    days: int
    whose: str
    source: str


def lifetime(certificate: Certificate) -> timedelta:
    """From notBefore to notAfter, as clients reckon; the Baseline Requirements count one second more."""
    return certificate.not_after - certificate.not_before


def exceeded(certificate: Certificate) -> Limit | None:
    """The limit that it breaks: the widest one, as that is enforced by most."""
    lived = lifetime(certificate)
    kind = "public" if public(certificate) else "private"
    if lived <= ALWAYS_ALLOWED[kind]:
        return None
    issued = certificate.not_before.date()
    broken = [
        Limit(rule["id"], rule["days"], rule["whose"], rule["source"])
        for rule in resources.table("knowledge", "lifetimes.toml")["limit"]
        if rule["authorities"] in (kind, "all")
        and rule["since"] <= issued < rule.get("until", date.max)
        and lived > timedelta(days=rule["days"])
    ]
    return max(broken, key=lambda limit: limit.days, default=None)


def public(certificate: Certificate) -> bool:
    """Whether it says that a public authority issued it: a reserved policy identifier, which public
    authorities must set (Baseline Requirements section 7.1.2.7.9)."""
    return validation(certificate) != "unknown"

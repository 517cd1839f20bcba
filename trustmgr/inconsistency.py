"""Certificates that were added here and are trusted by some programs and not by others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from platform_backends.base import Decision, is_for_one_site
from trustmgr.holdings import Holding, Holdings


@dataclass(frozen=True)
class Inconsistency:
    """Ids of the stores that trust it for TLS servers, and of those that do not."""

    trusting: tuple[str, ...]
    others: tuple[str, ...]


def of(
    holding: Holding, stores: Collection[str], adding: Collection[str] = ()
) -> Inconsistency | None:
    """None for what only vendors ship, and where all of `stores` (those that could be read) agree.

    What is trusted for one site alone is not meant to be trusted elsewhere, nor the other way round; and
    what is not in a store that is only `adding` to others may be trusted by these all the same.
    """
    wide = [store for store in stores if not is_for_one_site(store)]
    trusting = tuple(store for store in wide if _trusts(holding, store))
    added = set(holding.added) & set(trusting)
    others = tuple(store for store in wide if store not in trusting and store not in adding)
    return Inconsistency(trusting, others) if added and others and not holding.shipped else None


def sentence(holding: Holding, found: Inconsistency, holdings: Holdings) -> str:
    """``“X” is trusted by the system, not by Firefox and Java.``"""
    titles = holdings.stores
    trusting = _listed([titles[store] for store in found.trusting])
    others = _listed([titles[store] for store in found.others])
    return f"“{holding.title}” is trusted by {trusting}, not by {others}."


def _trusts(holding: Holding, store: str) -> bool:
    entry = holding.places.get(store)
    return entry is not None and entry.trust.server_auth is Decision.TRUSTED


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

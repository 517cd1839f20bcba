"""`expired`: trusted certificates whose time is over. Those of the vendor go with its next update."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Scene


def find(scene: Scene) -> Iterator[Observation]:
    """One for each."""
    now = datetime.now(UTC)
    for holding, certificate in scene.trusted:
        if now <= certificate.not_after:
            continue
        added = set(holding.added) & set(holding.trusting)
        yield scene.observe(
            "expired",
            Weight.WARNING if added else Weight.NOTICE,
            holding,
            f"“{certificate.title}” has expired",
            f"It was valid until {certificate.not_after:%Y-%m-%d}; clients refuse what it vouches for.",
            advice="Remove it, and import its successor if sites still need it."
            if added
            else "Nothing has to be done: the vendor takes it out with an update.",
        )

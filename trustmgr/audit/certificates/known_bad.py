"""`known-bad`: trusted authorities whose key is public, or that were used to attack."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Scene
from trustmgr.knownbad import known_bad


def find(scene: Scene) -> Iterator[Observation]:
    """One for each."""
    for holding, certificate in scene.trusted:
        bad = known_bad(certificate)
        if bad is not None:
            yield scene.observe(
                "known-bad",
                Weight.DANGER,
                holding,
                f"“{certificate.title}” must not be trusted",
                f"It belongs to {bad.name}: {bad.why}.",
                advice="Remove it, and the program that brought it.",
            )

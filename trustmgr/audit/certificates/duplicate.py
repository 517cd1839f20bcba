"""`duplicate`: one key under several certificates, of which at least one was added here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Scene
from trustmgr.certificate import Certificate
from trustmgr.holdings import Holding


def find(scene: Scene) -> Iterator[Observation]:
    """One for each added certificate whose key another trusted certificate has, too."""
    by_key: dict[bytes, list[tuple[Holding, Certificate]]] = defaultdict(list)
    for pair in scene.trusted:
        by_key[pair[1].spki].append(pair)
    for holding, certificate in scene.added:
        others = [c for _, c in by_key[certificate.spki] if c.sha256 != certificate.sha256]
        if certificate.spki and others:
            names = ", ".join(f"“{c.title}” (SHA-256 {c.sha256})" for c in others)
            yield scene.observe(
                "duplicate",
                Weight.WARNING,
                holding,
                f"“{certificate.title}” is there twice",
                f"Its key is also trusted as {names}: removing one of them does not end the trust.",
                advice="Keep the one you need, and remove the other.",
            )

"""`weak-key`: trusted certificates whose key can be computed today."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Scene
from trustmgr.errors import Refused
from trustmgr.remedy.warnings import refuse_weak


def find(scene: Scene) -> Iterator[Observation]:
    """The same limits as for import."""
    for holding, certificate in scene.trusted:
        try:
            refuse_weak(certificate)
        except Refused:
            yield scene.observe(
                "weak-key",
                Weight.DANGER,
                holding,
                f"“{certificate.title}” has a weak key",
                f"A {certificate.key_type} key of {certificate.key_bits} bits can be broken today: "
                "whoever does can impersonate every site it may vouch for.",
                advice="Remove it; ask its owner for a successor with RSA 2048, P-256 or better.",
            )

"""`namesake`: authorities with one name and different keys, of which at least one was added here.

What is left behind when a developer's tool or a company makes its CA anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Scene
from trustmgr.certificate import Certificate


def find(scene: Scene) -> Iterator[Observation]:
    """One for each added certificate that another one of its name is newer than."""
    by_name: dict[bytes, list[Certificate]] = defaultdict(list)
    for _, certificate in scene.trusted:
        by_name[certificate.subject_der].append(certificate)
    for holding, certificate in scene.added:
        newer = [
            other
            for other in by_name[certificate.subject_der]
            if other.spki != certificate.spki and other.not_before > certificate.not_before
        ]
        if newer:
            last = max(newer, key=lambda other: other.not_before)
            yield scene.observe(
                "namesake",
                Weight.WARNING,
                holding,
                f"“{certificate.title}” seems to be left over",
                f"A newer certificate of the same name has another key (SHA-256 {last.sha256}, from "
                f"{last.not_before:%Y-%m-%d}). Two of one name make some clients pick the wrong one.",
                advice="Remove the older one when nothing uses it any more.",
            )

"""`not-public`: trusted authorities that are not in Mozilla's list, as the package certifi brings it."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Scene
from trustmgr.probe.public_roots import listed


def find(scene: Scene) -> Iterator[Observation]:
    """One for each that was added here, and one for all that the vendor brings besides.

    Without the list nothing can be said of the vendor's; those that were added are told anyway.
    """
    public = listed()
    others: list[str] = []
    for holding, certificate in scene.trusted:
        if (certificate.subject_der, certificate.spki) in public:
            continue
        origin = scene.provenance.get(holding.sha256)
        if origin is None:
            others.append(certificate.title)
            continue
        yield scene.observe(
            "not-public",
            Weight.NOTICE if origin.known else Weight.WARNING,
            holding,
            f"“{certificate.title}” was added here",
            f"It is not in Mozilla's list of public authorities. {origin.sentence}",
        )
    if public and others:
        yield Observation(
            "not-public",
            Weight.NOTICE,
            f"{len(others)} of the vendor's authorities are not in Mozilla's list",
            "The vendor ships them, and Mozilla's list in this program does not have them: mostly they "
            "were given up since.",
            tuple(sorted(others, key=str.casefold)),
            "Update the system. `trustmgr list` shows their SHA-256, `trustmgr distrust` takes one out.",
        )

"""`unconstrained`: authorities that were added here and may vouch for every site."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from platform_backends.base import is_for_one_site
from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Scene
from trustmgr.probe.public_roots import listed


def find(scene: Scene) -> Iterator[Observation]:
    """One for each CA without name constraints (RFC 5280 section 4.2.1.10); public ones are known."""
    public = listed()
    for holding, certificate in scene.added:
        if (certificate.subject_der, certificate.spki) in public:
            continue
        if all(map(is_for_one_site, holding.trusting)):
            continue
        if certificate.is_ca and certificate.extension(x509.NameConstraints) is None:
            yield scene.observe(
                "unconstrained",
                Weight.NOTICE,
                holding,
                f"“{certificate.title}” can impersonate every site",
                "It was added here and has no name constraints: whoever holds its key can speak for every "
                "site to this computer.",
                advice="Keep it if you need it; ask its owner for one with name constraints.",
            )

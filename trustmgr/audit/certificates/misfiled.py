"""`misfiled`: roots among Windows' intermediates, where nobody trusts them, and intermediates among its roots.

That is where its import wizard puts them when it is left to choose (mitmproxy/mitmproxy#6523).
"""

from __future__ import annotations

from collections.abc import Iterator

from platform_backends.base import Origin
from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Scene
from trustmgr.certificate import Certificate
from trustmgr.holdings import Holding

_ROOTS = ("windows.user.root", "windows.machine.root")
_INTERMEDIATES = ("windows.user.ca", "windows.machine.ca")
#: Microsoft's own root for tests, which every Windows has there.
_BELONGS = frozenset({"Root Agency"})
_OF_PEOPLE = (Origin.USER, Origin.ADMINISTRATOR, Origin.THIS_PROGRAM)


def find(scene: Scene) -> Iterator[Observation]:
    """One for each certificate in the wrong store."""
    for holding in scene.holdings.certificates:
        certificate = holding.certificate
        if certificate is None or certificate.title in _BELONGS:
            continue
        if certificate.self_issued:
            yield from _root(scene, holding, certificate)
        elif places := _places(holding, _ROOTS):
            yield scene.observe(
                "misfiled",
                Weight.WARNING,
                holding,
                f"“{certificate.title}” is no root and lies among the roots",
                f"It was issued by “{certificate.issuer}”. In {_titles(scene, places)} it is trusted by "
                "itself, whatever becomes of that authority, and some servers stop asking for client "
                "certificates because of it.",
                advice="Remove it there, and import it anew: it goes among the intermediates.",
            )


def _root(scene: Scene, holding: Holding, certificate: Certificate) -> Iterator[Observation]:
    places = _places(holding, _INTERMEDIATES)
    if not places or _places(holding, _ROOTS):
        return
    yield Observation(
        kind="misfiled",
        weight=Weight.NOTICE,
        title=f"“{certificate.title}” is a root and lies among the intermediates",
        detail=f"In {_titles(scene, places)} nothing trusts it. Windows' import wizard puts it there when "
        "it is left to choose the store.",
        advice="If it is meant to be trusted, import it anew: it goes among the roots.",
        sha256=holding.sha256,
        der=holding.der,
    )


def _places(holding: Holding, stores: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        store
        for store in stores
        if store in holding.places and holding.places[store].origin in _OF_PEOPLE
    )


def _titles(scene: Scene, places: tuple[str, ...]) -> str:
    return " and ".join(scene.holdings.stores[place] for place in places)

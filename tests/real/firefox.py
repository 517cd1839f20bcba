"""Firefox: one browser without a window, asked about one site after the other."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tests.real.nss import trust_database
from tests.real.said import PATIENCE, Client, Place, Said
from trustmgr.clients.browsers import marionette
from trustmgr.lab import Site


def _visit(place: Place, sites: Sequence[Site]) -> dict[str, Said]:
    profile = place.home / "firefox"
    trust_database(place, profile)
    environment = {**os.environ, "HOME": str(place.home)}
    no_proxy = {"network.proxy.type": 0}
    with marionette.running(
        Path("firefox-esr"), profile, environment, PATIENCE, no_proxy
    ) as browser:
        return {s.name: _said(*browser.visit(f"https://{s.host}:{s.port}/")) for s in sites}


def _said(kind: str, words: str) -> Said:
    if not kind:
        return Said(True, "OK")
    return Said(False, words if kind == "timeout" else f"{kind}: {words}")


FIREFOX = Client("firefox", ("firefox-esr", "certutil"), _visit)

"""Chromium: one browser without a window, asked about all sites at once."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.real.nss import trust_database
from tests.real.said import PATIENCE, Client, Place, Said
from trustmgr.clients.browsers import devtools
from trustmgr.lab import Site


def _visit(place: Place, sites: Sequence[Site]) -> dict[str, Said]:
    trust_database(place, place.home / ".pki" / "nssdb")
    program = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    environment = {**os.environ, "HOME": str(place.home)}
    with devtools.running(Path(program), environment, ["--no-proxy-server"]) as browser:
        asked = {s.name: browser.navigate(f"https://{s.host}:{s.port}/") for s in sites}
        until = time.monotonic() + PATIENCE + 4
        answers = {name: browser.result(number, until) for name, number in asked.items()}
    return {name: _said(answer) for name, answer in answers.items()}


def _said(answer: dict[str, Any] | None) -> Said:
    if answer is None:
        return Said(False, "net::ERR_TIMED_OUT")
    error = answer.get("errorText", "")
    return Said(not error, error or "OK")


CHROMIUM = Client("chrome", ("chromium", "certutil"), _visit)

"""What a real client said about a site, and how to ask many sites."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import TRUST_VARIABLES
from trustmgr.lab import Lab, Site

#: Seconds after which a client has nothing to say any more; one site of the lab never answers.
PATIENCE = 6
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Said:
    """Whether the client showed the page, and everything it printed."""

    accepted: bool
    output: str


@dataclass(frozen=True)
class Place:
    """Where the clients work: the lab, and a folder that stands in for the home."""

    lab: Lab
    home: Path

    @property
    def ca_file(self) -> str:
        """The only authority that they are told to trust."""
        return str(self.lab.ca_file)


@dataclass(frozen=True)
class Client:
    """A program of this machine. `visit` asks the sites, all of them or those that it is given."""

    id: str
    programs: tuple[str, ...]
    visit: Callable[[Place, Sequence[Site]], dict[str, Said]]


def run(
    words: Sequence[str], place: Place, *, seconds: float = PATIENCE + 4, **variables: str
) -> tuple[int | None, str]:
    """Exit code (None: it was stopped) and everything it wrote, in a clean environment."""
    dropped = {*TRUST_VARIABLES, "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"}
    kept = {k: v for k, v in os.environ.items() if k not in dropped}
    environment = {**kept, "HOME": str(place.home), "LC_ALL": "C.UTF-8", **variables}
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        return None, (expired.stdout or b"").decode("utf-8", "replace")
    return done.returncode, done.stdout.decode("utf-8", "replace")


def each(ask: Callable[[Place, Site], Said]) -> Callable[[Place, Sequence[Site]], dict[str, Said]]:
    """A process for each site, four at a time."""

    def visit(place: Place, sites: Sequence[Site]) -> dict[str, Said]:
        with ThreadPoolExecutor(4) as pool:
            answers = pool.map(lambda site: ask(place, site), sites)
            return {site.name: said for site, said in zip(sites, answers, strict=True)}

    return visit

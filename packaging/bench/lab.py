"""The lab's good site, served by a process of its own while the benchmark runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from bench.timing import Failed


@dataclass(frozen=True)
class Good:
    """Where the good site is and who vouches for it."""

    host: str
    port: int  # its own port on 127.0.0.1
    target: str  # as `trustmgr inspect` takes it
    ca_file: str  # PEM


@contextmanager
def good_site(trustmgr: list[str], environment: Mapping[str, str]) -> Iterator[Good]:
    """Start `trustmgr lab`, answer its good site, and stop it. Raises `Failed`."""
    words = [*trustmgr, "lab", "--port", "0", "--json"]
    with subprocess.Popen(
        words, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield _good(line)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _good(line: str) -> Good:
    try:
        lab = json.loads(line)
        site = next(site for site in lab["sites"] if site["name"] == "good")
        return Good(site["host"], int(site["port"]), site["target"], lab["ca_file"])
    except (ValueError, KeyError, StopIteration) as error:
        raise Failed(f"The lab did not start; its first line was: {line.strip()!r}") from error

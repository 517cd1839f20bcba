"""The lab's good site, served by a process of its own while the benchmark runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.timing import Failed


@dataclass(frozen=True)
class Good:
    """Where the good site is and who vouches for it."""

    host: str
    port: int  # its own port on 127.0.0.1
    main_port: int  # where any name under many.localhost is a good site too
    target: str  # as `trustmgr inspect` takes it
    ca_file: str  # PEM


@contextmanager
def good_site(
    trustmgr: Sequence[str], environment: Mapping[str, str], latency: int = 0
) -> Iterator[Good]:
    """Start `trustmgr lab`, answer its good site, and stop it. `latency` in ms. Raises `Failed`."""
    words = [*trustmgr, "lab", "--port", "0", "--json", "--latency", str(latency)]
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
        return Good(
            site["host"], int(site["port"]), int(lab["port"]), site["target"], lab["ca_file"]
        )
    except (ValueError, KeyError, StopIteration) as error:
        raise Failed(f"The lab did not start; its first line was: {line.strip()!r}") from error

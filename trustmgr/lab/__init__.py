"""The lab: sites on loopback, each broken in its own way, from a PKI made anew at each start.

It is the demo's stage, the tests' world and the benchmarks' load. Everything lives in one asyncio
loop in a thread of its own; keys exist in memory only; nothing but loopback is listened on.

    with running_lab() as lab:
        print(lab.sites["expired"].target, lab.ca_file)

To add a site: one entry in a file of `trustmgr.lab.sites`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trustmgr.lab.site import Lab, Site

__all__ = ["Lab", "Site", "running_lab"]


@contextmanager
def running_lab(port: int = 0, ca_file: Path | None = None, latency: float = 0.0) -> Iterator[Lab]:
    """The lab, serving until the block ends; every part of it is loaded here and not before.

    `port`: the main port, with the sites' own ports right above it; 0 takes free ones. `ca_file`:
    where to write the root (PEM, mode 0600) and leave it; None: a temporary file that is removed.
    `latency`: seconds that everything takes to arrive at the lab, as from far away.

    Raises `UsageError` when a port is taken or out of range, `UnreadableInput` when `ca_file`
    cannot be written.
    """
    from trustmgr.lab.running import run_in_thread

    with run_in_thread(port, ca_file, latency) as lab:
        yield lab

"""Where update-ca-certificates is, and how it is called."""

from __future__ import annotations

import os
from pathlib import Path

from platform_backends.base import WriteFailed
from platform_backends.linux_ca_certificates import layout
from platform_backends.system_store.run import run as run_bounded


def find() -> Path | None:
    """The command, if it is installed."""
    return next((path for path in layout.TOOLS if os.access(path, os.X_OK)), None)


def command(*, fresh: bool) -> tuple[str, ...]:
    """What will be run. `fresh` rebuilds every link: needed after something was taken away."""
    return (str(find() or layout.TOOLS[0]), *(("--fresh",) if fresh else ()))


def run(*, fresh: bool, lock: int) -> None:
    """Run it to its end. Raises `WriteFailed` also when it is missing."""
    if find() is None:
        raise WriteFailed(
            "update-ca-certificates is not installed.", "Install it: apt install ca-certificates"
        )
    run_bounded(command(fresh=fresh), lock)

"""Standard output and error, which may be closed, full, without “ and ü, or read by nobody."""

from __future__ import annotations

import io
import os
import sys


def prepare() -> None:
    """Give a closed stream an end, and let one spell out the characters that it does not have."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 -- for good
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def discard() -> None:
    """Nothing more can be written to stdout: let go of what waits, or leaving would fail with it.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):  # it has no descriptor, and so no write when leaving
        sys.stdout = None
    finally:
        os.close(nowhere)

"""Handing over to another program."""

from __future__ import annotations

import os
import sys


def become(words: list[str]) -> int:
    """Run `words` in place of this process; where that is not possible, wait for its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # it may have been closed before we were started
            stream.flush()
    if sys.platform != "win32":
        os.execv(words[0], words)
    import subprocess

    with subprocess.Popen(words) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # the child got it too, and decides what it means
                continue

"""Running another program: no shell, bounded time and output, and Cancel is heard."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from trustmgr.errors import Cancelled
from trustmgr.progress import Progress

_LIMIT = 64 * 1024  # bytes kept of each stream; the rest is read and thrown away
_BLOCK = 8192
_PAUSE = 0.02  # seconds between two looks at the process
_GRACE = 2.0  # seconds to collect the output of a process that has ended


@dataclass(frozen=True)
class Ran:
    """How a program ended. `code` None: it was stopped because its time was over."""

    code: int | None
    out: str
    err: str


def run(
    command: Sequence[str], timeout: float, progress: Progress, environment: Mapping[str, str]
) -> Ran:
    """Run it with nothing on standard input. Raises ``OSError`` when it cannot be started and
    `Cancelled`; on both ways out, and when `timeout` seconds are over, nothing is left running."""
    progress.check()
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment),
        start_new_session=sys.platform != "win32",  # so that its children can be stopped with it
    )
    readers = [_Reader(stream) for stream in (process.stdout, process.stderr) if stream]
    try:
        code = _wait(process, time.monotonic() + timeout, progress)
    finally:
        _stop(process)
        for reader in readers:
            reader.join(_GRACE)
    out, err = (reader.text for reader in readers)
    return Ran(code, out, err)


def _wait(process: subprocess.Popen[bytes], until: float, progress: Progress) -> int | None:
    while True:
        try:
            return process.wait(_PAUSE)
        except subprocess.TimeoutExpired:
            if progress.cancelled:
                raise Cancelled("Stopped, as you asked.") from None
            if time.monotonic() >= until:
                return None


def _stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            import signal

            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Reader(threading.Thread):
    """Keeps the beginning of a stream and drains the rest."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._kept = bytearray()
        self.start()

    def run(self) -> None:
        """Until the end of the stream."""
        with self._stream as stream, suppress(OSError, ValueError):
            while block := os.read(stream.fileno(), _BLOCK):
                self._kept += block[: max(0, _LIMIT - len(self._kept))]

    @property
    def text(self) -> str:
        """What was kept."""
        return bytes(self._kept).decode(errors="replace")

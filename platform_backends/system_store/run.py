"""Running a family's command: absolute path, clean environment, bounded time, no shell."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence

from platform_backends import steps
from platform_backends.base import WriteFailed

#: Seconds. It takes one to three; with Java's hook on a slow machine perhaps thirty.
TIMEOUT = 180.0

_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/root"}


def run(argv: Sequence[str], lock: int) -> None:
    """Run it to its end. `lock`: the descriptor of our lock, which it holds as long as it lives.

    Raises `WriteFailed` when it fails, is killed or does not end in time, and ``OSError``.
    """
    with tempfile.TemporaryFile() as output:  # not a pipe: it must outlive us
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT,
            cwd="/",
            umask=0o022,
            start_new_session=True,
            pass_fds=(lock,),
        )
        try:
            steps.reached("update started")
            code = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            _end(process)
            raise WriteFailed(
                f"{argv[0]} did not end within {TIMEOUT:.0f} seconds.",
                f"Run `{' '.join(argv)}` yourself and see where it stops.",
            ) from None
        except BaseException:
            _end(process)
            raise
        if code != 0:
            raise WriteFailed(_failed(argv, code, output.fileno()), "See what it says, then retry.")


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failed(argv: Sequence[str], code: int, output: int) -> str:
    how = f"was killed by signal {-code}" if code < 0 else f"failed with exit code {code}"
    last = os.pread(output, 4096, max(0, os.fstat(output).st_size - 4096)).decode(errors="replace")
    lines = ["".join(c for c in line if c.isprintable()) for line in last.splitlines()]
    said = next((line for line in reversed(lines) if line.strip()), "")[:200]
    return f"{argv[0]} {how}" + (f': "{said}".' if said else ".")

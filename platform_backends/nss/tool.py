"""Running NSS's certutil: absolute path, clean environment, bounded time, no shell, no questions."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from platform_backends import files
from platform_backends.base import StoreUnavailable, WriteFailed

#: Where it may be; never looked up through PATH (Windows has another program of this name).
TOOLS = (
    Path("/usr/bin/certutil"),
    Path("/usr/local/bin/certutil"),
    Path("/run/current-system/sw/bin/certutil"),
)

MISSING = "certutil of NSS is not installed."
INSTALL = (
    "Install it: apt install libnss3-tools (Fedora: nss-tools, Arch: nss, openSUSE: mozilla-nss-tools). "
    "Where nothing can be installed, Firefox also takes what is imported into the store firefox.policies."
)
#: Bytes that a database of its own takes, with its journals.
_NEEDED = 256 * 1024
#: Seconds. It takes a hundredth of one.
_TIMEOUT = 30.0


def find() -> Path | None:
    """The command, if it is installed."""
    return next((path for path in TOOLS if os.access(path, os.X_OK)), None)


def run(folder: Path, words: Sequence[str], lock: int) -> None:
    """``certutil -d sql:FOLDER`` and more words, to its end. `lock`: the descriptor of a lock on the folder,
    which it holds as long as it lives.

    Raises `StoreUnavailable` when it is missing, `WriteFailed` when it fails or does not end.
    """
    program = find()
    if program is None:
        raise StoreUnavailable(MISSING, INSTALL)
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(folder)}
    try:
        done = subprocess.run(
            [str(program), "-d", f"sql:{folder}", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            umask=0o077,
            timeout=_TIMEOUT,
            pass_fds=(lock,),
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise WriteFailed(f"{program} did not end in time.", "Try again.") from expired
    if done.returncode != 0:
        _require_space(folder)
        raise _failed(program, done.stdout.decode(errors="replace"))


def _require_space(folder: Path) -> None:
    """certutil speaks of a "general error" when the disk is full. Raises `WriteFailed` then."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x" * _NEEDED)
            file.flush()
    except OSError as error:
        raise files.failure(error, f"write {folder.parent}") from error


def _failed(program: Path, output: str) -> WriteFailed:
    if "password" in output.lower():
        return WriteFailed(
            "A primary password protects this database, and NSS signs trust with it.",
            "Import the certificate in the browser's own settings, which ask for the password, or take "
            "the primary password away, import, and set it again.",
        )
    lines = ["".join(c for c in line if c.isprintable()) for line in output.splitlines()]
    said = next((line for line in reversed(lines) if line.strip()), "no reason given")[:200]
    return WriteFailed(f'{program} failed: "{said}".', "Nothing was changed.")

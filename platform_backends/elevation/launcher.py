"""Starting the helper with an administrator's rights, the way this session can ask for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum

from platform_backends.base import RefusedByUser, RightsMissing, StoreError


class Way(StrEnum):
    """How the question for a password reaches the user."""

    PKEXEC = "pkexec"
    SUDO = "sudo"
    RUNAS = "runas"


@dataclass(frozen=True)
class Launched:
    """What came back from the helper's process."""

    code: int
    output: bytes
    errors: str


def helper_command() -> tuple[str, ...]:
    """The helper's own command. A frozen program is its own helper, told so by an option."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--privileged-helper")
    return (sys.executable, "-I", "-m", "platform_backends.elevation.helper")


def ways() -> tuple[tuple[Way, str], ...]:
    """The ways that may work here, best first, each with the program's absolute path.

    On a Mac sudo alone: it keeps the session in which macOS can ask; a shell that AppleScript elevates has none.
    """
    found: list[tuple[Way, str]] = []
    if sys.platform == "win32":
        return ((Way.RUNAS, ""),)
    if sys.platform not in ("linux", "darwin"):
        return ()
    desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if desktop and (pkexec := shutil.which("pkexec")):
        found.append((Way.PKEXEC, os.path.abspath(pkexec)))  # noqa: PTH100  (links stay)
    if sys.stdin is not None and sys.stdin.isatty() and (sudo := shutil.which("sudo")):
        found.append((Way.SUDO, os.path.abspath(sudo)))  # noqa: PTH100
    return tuple(found)


def launch(way: Way, program: str, request: bytes) -> Launched:
    """Start the helper in this way and hand it the request.

    Waits as long as the user needs for the password: giving up while the question is still open
    would let a late answer change the store after we said that nothing happened.
    Raises `RefusedByUser` and `RightsMissing` when the helper was not started at all.
    """
    if way is Way.RUNAS:
        from platform_backends.elevation import runas

        return Launched(*runas.launch(helper_command(), request), errors="")
    argv = [program, *(("--",) if way is Way.SUDO else ()), *helper_command()]
    try:
        process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except OSError as error:
        raise RightsMissing(f"{program} could not be started: {error.strerror}.") from error
    output, errors = _talk(process, request)
    launched = Launched(process.returncode, output, errors.decode(errors="replace").strip())
    if not launched.output:  # the helper begins with an empty line
        raise _not_started(way, launched)
    return launched


def _talk(process: subprocess.Popen[bytes], request: bytes) -> tuple[bytes, bytes]:
    """Ctrl-C reaches the other program as well: it says what became of the change."""
    said: bytes | None = request
    while True:
        try:
            return process.communicate(said)
        except KeyboardInterrupt:
            said = None
            if process.stdin is not None:
                process.stdin.close()  # half a request is none


def _not_started(way: Way, launched: Launched) -> StoreError:
    """What the two programs mean by their exit codes (pkexec(1), sudo(8))."""
    said = "".join(c for c in launched.errors.splitlines()[-1:] for c in c if c.isprintable())
    declined = RefusedByUser(
        "The question for an administrator's password was declined.", "Nothing was changed."
    )
    missing = RightsMissing(
        f"This user may not become administrator here{f' ({said[:200]})' if said else ''}."
    )
    if way is Way.PKEXEC:
        return {126: declined, 127: missing}.get(launched.code) or _broken(launched.code, said)
    not_allowed = ("not in the sudoers", "may not run sudo", "not allowed to", "no new privileges")
    if any(words in launched.errors for words in not_allowed):
        return missing
    return declined if launched.code == 1 or launched.code < 0 else _broken(launched.code, said)


def _broken(code: int, said: str) -> StoreError:
    return RightsMissing(f"The helper did not start (exit code {code}: {said[:200] or 'silent'}).")

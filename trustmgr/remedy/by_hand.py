"""What an administrator can run when this user may not make a change: the exact command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

from platform_backends.base import Decision, Operation, Purpose, Trust, is_setting
from platform_backends.elevation import Request
from trustmgr import paths
from trustmgr.text import typed

_FOLDER = "by-hand"


def command(request: Request) -> str:
    """The command for one change. What has to be added is laid down as a file for it first."""
    words = program()
    if is_setting(request.store):
        off = ["--off"] if request.operation is Operation.REMOVE else []
        return _as_administrator([*words, "setting", request.store, *off, "--yes"])
    if request.operation is Operation.REMOVE:
        words += ["remove", request.sha256]
        words += ["--force"] if request.force else []
    elif _distrusts(request.trust):
        words += ["distrust", request.sha256]
    else:
        words += ["import", file_of(request.der, request.sha256), "--fingerprint", request.sha256]
        words += [
            f"--purpose={purpose.value}"
            for purpose in Purpose
            if request.trust.decision(purpose) is Decision.TRUSTED
            and request.trust != Trust.everything(Decision.TRUSTED)
        ]
    return _as_administrator([*words, "--store", request.store])


def recover_command() -> str:
    """Finishes, as an administrator, what was interrupted in this user's journal."""
    if sys.platform == "win32":
        home = f'set "TRUSTMGR_HOME={paths.state_dir()}"'
        return f"{home} && {_as_administrator([*program(), 'history'])}"
    return _as_administrator(["env", f"TRUSTMGR_HOME={paths.state_dir()}", *program(), "history"])


def advice(command: str) -> str:
    """The sentence with the command in it. Windows knows no word that gives a command its rights."""
    if sys.platform == "win32":
        return f"In a console that was opened as administrator, run: {command}"
    return f"Run: {command}"


def _as_administrator(words: Sequence[str]) -> str:
    return typed(words if sys.platform == "win32" else ["sudo", *words])


def program() -> list[str]:
    """This program by its absolute path: sudo's own PATH does not lead to it.

    Isolated (-I), or root would run whatever `trustmgr` lies in the current folder.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-I", "-m", "trustmgr"]


def _distrusts(trust: Trust) -> bool:
    return any(trust.decision(purpose) is Decision.DISTRUSTED for purpose in Purpose)


def file_of(der: bytes, sha256: str) -> str:
    """A file of this program's with the certificate in it, to be named in a command."""
    from platform_backends.certificates import pem

    path = paths.state_dir() / _FOLDER / f"{sha256}.pem"
    with suppress(OSError):  # then the name still says which certificate is meant
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(pem(der))
    return str(path)

"""Where this program keeps its state: one folder, for this user alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from trustmgr.errors import ExitCode, TrustManagerError

_NAME = "trustmgr"


class StateUnusable(TrustManagerError):
    """The state folder cannot be made, read or written, so a change was not begun."""

    exit_code = ExitCode.ROLLED_BACK


def state_dir() -> Path:
    """The folder of the journal: ``TRUSTMGR_HOME``, or where `platformdirs` puts user state.

    Nothing is created. On Linux the rule of the XDG Base Directory Specification is applied right
    here: every command asks whether a change was interrupted, and importing `platformdirs` would
    cost more than all the rest of that question.
    """
    home = os.environ.get("TRUSTMGR_HOME", "").strip()
    if home:
        return Path(home).expanduser().absolute()
    if sys.platform == "linux":
        state = os.environ.get("XDG_STATE_HOME", "").strip()
        return Path(state or "~/.local/state").expanduser() / _NAME
    import platformdirs

    return platformdirs.user_state_path(_NAME, appauthor=False)


def ensure_state_dir() -> Path:
    """`state_dir`, created with mode 0700 if need be. Raises `StateUnusable`."""
    folder = state_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise unusable(folder, error) from error
    return folder


def unusable(path: Path, error: OSError) -> StateUnusable:
    """The sentence for a state file or folder that the operating system refuses."""
    return StateUnusable(
        f"Trust Manager cannot keep its journal in {path}: {error.strerror or error}.",
        "Nothing was changed. Free space or rights there, or name another folder in TRUSTMGR_HOME.",
    )

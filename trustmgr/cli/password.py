"""Asking for the password of a locked file, where somebody can be asked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from trustmgr.errors import PasswordNeeded

if TYPE_CHECKING:
    from trustmgr.probe.pfx import AskPassword


def asking() -> AskPassword | None:
    """What asks on the terminal, unseen; None without one."""
    return _ask if sys.stdin is not None and sys.stdin.isatty() else None


def _ask(name: str) -> str:
    from getpass import getpass

    try:
        return getpass(f"Password of {name}: ")
    except EOFError:
        raise PasswordNeeded(f"{name} is locked, and no password was given.") from None

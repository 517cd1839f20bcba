"""Linux in Windows (WSL): two systems on one computer, each with authorities of its own.

Nothing of the one reaches the other (microsoft/WSL#3161), so each is told of the other. Where
Windows keeps its distributions: HKEY_CURRENT_USER\\...\\Lxss, one key for each
(learn.microsoft.com/windows/wsl/disk-space names it). How Linux knows: its kernel's release says
so, "4.4.0-19041-Microsoft" or "5.15.90.1-microsoft-standard-WSL2".
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from platform_backends.base import (
    Availability,
    Entry,
    Operation,
    Privilege,
    Scope,
    Store,
    StoreUnavailable,
    Trust,
)

_RELEASE = Path("/proc/sys/kernel/osrelease")
_LXSS = r"Software\Microsoft\Windows\CurrentVersion\Lxss"


def is_inside() -> bool:
    """Whether this is such a Linux."""
    try:
        return sys.platform == "linux" and "microsoft" in _RELEASE.read_text().lower()
    except OSError:
        return False


def distributions() -> tuple[str, ...]:
    """The names of those that this user of Windows has."""
    if sys.platform != "win32":
        return ()
    import winreg

    found: list[str] = []
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _LXSS) as key:
            for at in range(winreg.QueryInfoKey(key)[0]):
                with winreg.OpenKey(key, winreg.EnumKey(key, at)) as one:
                    found.append(str(winreg.QueryValueEx(one, "DistributionName")[0]))
    except OSError:  # no such Linux, or one that is just being removed
        pass
    return tuple(sorted(found))


def stores() -> Sequence[Store]:
    """One for each distribution: known, and not to be reached from here."""
    return tuple(WslStore(name) for name in distributions())


class WslStore:
    """The authorities of a Linux in Windows. Reading them would start it, so nobody does."""

    scope = Scope.TOOL
    privilege = Privilege.NONE

    def __init__(self, name: str) -> None:
        self.name = name
        self.id = f"wsl.{name}"
        self.title = f"Linux in Windows: {name}"

    def availability(self) -> Availability:
        """Never, with the way to do it there."""
        return Availability(
            False,
            f"{self.name} is a system of its own (WSL): its programs do not read Windows' authorities.",
            f"Run Trust Manager in it, too: wsl -d {self.name}",
        )

    def entries(self) -> Sequence[Entry]:
        """Raises `StoreUnavailable`."""
        self._refuse()

    def effective_trust(self, wanted: Trust) -> Trust:
        """Raises `StoreUnavailable`."""
        self._refuse()

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """Raises `StoreUnavailable`."""
        self._refuse()

    def add(self, der: bytes, trust: Trust) -> bool:
        """Raises `StoreUnavailable`."""
        self._refuse()

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Raises `StoreUnavailable`."""
        self._refuse()

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Raises `StoreUnavailable`."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        found = self.availability()
        raise StoreUnavailable(found.reason, found.fix)

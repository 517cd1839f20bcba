"""What a client is: a real program of this machine that makes TLS connections."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.progress import Progress
    from trustmgr.target import Target


#: What clients read of the system's store lies in one of these, on one family of Linux or another.
_SYSTEM = ("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/var/lib/ca-certificates")


@dataclass(frozen=True)
class ClientResult:
    """What one client said. `accepts` None: it cannot tell, and `message` says why."""

    client: str  # id
    title: str
    accepts: bool | None
    message: str  # inert, one sentence or line
    store: str  # id of the store that it reads, or the setting that replaces it
    version: str = ""
    command: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The client's id."""
        return self.client


@dataclass(frozen=True)
class Sandbox:
    """Trust that replaces the machine's, for the demo and tests."""

    store: str  # id of the folder
    bundle: Path  # PEM file with at least one certificate
    empty: Path  # a folder without certificates


@dataclass(frozen=True)
class Attempt:
    """One try. `address` and `port` are where to connect, `name` is what is checked."""

    target: Target
    address: str
    port: int
    name: str
    timeout: float  # seconds
    progress: Progress
    sandbox: Sandbox | None = None

    @property
    def named_by_address(self) -> bool:
        """Whether an IP address is checked instead of a name."""
        return is_address(self.name)


class Client(Protocol):
    """One file of this folder for each; the table is in `trustmgr.clients`."""

    id: str
    title: str

    def find(self) -> Path | None:
        """The program on this machine, None when it is not installed."""

    def store(self, environment: Mapping[str, str]) -> str:
        """Id of the store that it reads, or the setting that replaces it."""

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """Connect, check the certificate as the program does by itself, and say what it said."""


def is_address(text: str) -> bool:
    """Whether this is an IPv4 or IPv6 address."""
    import ipaddress

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


#: What programs read on Windows; no variable replaces it.
WINDOWS = "windows.user.root + windows.machine.root"


def system_store() -> str:
    """Id of the store that programs on this system read unless told otherwise."""
    if sys.platform == "linux" and _by_p11_kit():
        return "linux.p11-kit"
    return {
        "linux": "linux.ca-certificates",
        "darwin": "macos.system",
        "win32": "windows.machine.root",
    }.get(sys.platform, "system")


def replaced_by(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """``NAME=value`` of the first variable that is set and not empty."""
    return next((f"{name}={environment[name]}" for name in names if environment.get(name)), None)


def places_read(places: Iterable[str], environment: Mapping[str, str], names: Sequence[str]) -> str:
    """The stores behind the files and folders that a client says it reads, joined by `` + ``.

    A place that one of these variables names is told with it: half a setting replaces only half.
    """
    found: list[str] = []
    for place in places:
        system = system_store() if of_system(place) else ""
        name = next((n for n in names if environment.get(n) == place), "")
        if name:
            found.append(inert(f"{name}={place}") + (f" ({system})" if system else ""))
        else:
            found.append(system or inert(place))
    kept = [f for f in dict.fromkeys(found) if not any(f"({f})" in other for other in found)]
    return " + ".join(kept) or "none: it finds no authorities"


def of_system(place: str) -> bool:
    """Whether this file or folder is the system's store."""
    real = Path(place).resolve()
    return sys.platform == "linux" and any(real.is_relative_to(one) for one in _SYSTEM)


def _by_p11_kit() -> bool:
    from platform_backends.linux_p11kit import families

    return families.here() is not None


def bracketed(host: str) -> str:
    """An IPv6 address in brackets, anything else as it is."""
    return f"[{host}]" if ":" in host else host


def environment() -> dict[str, str]:
    """The user's own, as it is: that is what clients read."""
    return dict(os.environ)

"""Where things are in the user's home (XDG Base Directory Specification), and the machine's roots."""

from __future__ import annotations

import os
import re
from pathlib import Path

from platform_backends.base import UnsafeFile

#: The machine's roots as one PEM file: Debian, Alpine, Arch; Fedora, RHEL; openSUSE; the BSDs.
MACHINE = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/pki/tls/certs/ca-bundle.crt"),
    Path("/etc/ssl/ca-bundle.pem"),
    Path("/etc/ssl/cert.pem"),
)
#: Where an administrator's setting files are.
SYSTEM = Path("/etc")
_VARIABLE = re.compile(r"\$\{HOME\}|\$HOME\b")


def home() -> Path:
    """The user's home."""
    return Path("~").expanduser()


def config() -> Path:
    """``$XDG_CONFIG_HOME``, or ~/.config."""
    return _folder("XDG_CONFIG_HOME") or home() / ".config"


def bundles() -> Path:
    """Where our bundles are, one folder for each tool."""
    data = _folder("XDG_DATA_HOME") or home() / ".local" / "share"
    return data / "trustmgr" / "bundles"


def machine_roots() -> Path | None:
    """The file of the machine's roots."""
    return next((path for path in MACHINE if path.is_file()), None)


def named(value: str, beside: Path | None = None) -> Path:
    """The file that a setting's value names: ``~`` and ``$HOME`` are the home.

    A relative one is taken from the folder `beside`, or from the home.
    """
    expanded = _VARIABLE.sub(lambda _: str(home()), value)
    return (beside or home()) / Path(expanded).expanduser()


def followed(path: Path) -> Path:
    """Where a setting file really is: a home whose files are links into a repository is a usual one.

    Raises `UnsafeFile` for what is outside the home and belongs to somebody else than the home does:
    root, who changes somebody's settings, must not be led to a file of his own.
    """
    real, base = Path(os.path.realpath(path)), Path(os.path.realpath(home()))
    if not real.is_relative_to(base) and _owner(real) != _owner(base):
        raise UnsafeFile(
            f"{path} leads to {real}, which belongs to somebody else.",
            "Nothing was changed. Put a file of your own there, or ask the owner of that one.",
        )
    return real


def _owner(path: Path) -> int:
    """Of what is there, or of the folder in which it would be made."""
    there = next(p for p in (path, *path.parents) if os.path.lexists(p))
    return there.lstat().st_uid


def _folder(variable: str) -> Path | None:
    value = os.environ.get(variable, "").strip()
    return Path(value) if value.startswith("/") else None

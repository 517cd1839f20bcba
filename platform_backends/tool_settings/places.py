"""Where things are in the user's home (XDG Base Directory Specification), and the machine's roots."""

from __future__ import annotations

import os
import re
from pathlib import Path

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


def _folder(variable: str) -> Path | None:
    value = os.environ.get(variable, "").strip()
    return Path(value) if value.startswith("/") else None

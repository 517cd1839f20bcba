"""Where things are in the user's home, and the machine's roots.

The XDG Base Directory Specification; Apple's "File System Programming Guide"; Microsoft's "Known folders".
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from platform_backends.base import UnsafeFile

#: The machine's roots as one PEM file: Debian, Alpine, Arch; Fedora, RHEL; openSUSE; the BSDs, macOS.
#: Windows has none.
MACHINE: tuple[Path, ...] = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/pki/tls/certs/ca-bundle.crt"),
    Path("/etc/ssl/ca-bundle.pem"),
    Path("/etc/ssl/cert.pem"),
)
if sys.platform == "win32":
    MACHINE = ()
#: Where an administrator's setting files are.
SYSTEM = Path("/etc")
_VARIABLE = re.compile(r"\$\{HOME\}|\$HOME\b")


def home() -> Path:
    """The user's home."""
    return Path("~").expanduser()


def config(base: Path | None = None) -> Path:
    """``$XDG_CONFIG_HOME``, or .config in the home (`base`, where a program has another one)."""
    return _folder("XDG_CONFIG_HOME") or (base or home()) / ".config"


def bundles() -> Path:
    """Where our bundles are, one folder for each tool."""
    return (_folder("XDG_DATA_HOME") or _data()) / "trustmgr" / "bundles"


def bundle_folder(tool: str) -> Path:
    """That of one tool. Windows has no names with a colon, and sites have none with a plus."""
    return bundles() / (tool.replace(":", "+") if sys.platform == "win32" else tool)


def tool_of(bundle: Path) -> str:
    """The tool whose bundle a file is; empty: it is none of ours."""
    folder = bundle.parent
    if folder.parent != bundles():
        return ""
    return folder.name.replace("+", ":") if sys.platform == "win32" else folder.name


def _data() -> Path:
    if sys.platform == "win32":
        return _folder("LOCALAPPDATA") or home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return home() / "Library" / "Application Support"
    return home() / ".local" / "share"


def roaming() -> Path:
    """Where Windows' programs keep a user's settings."""
    return _folder("APPDATA") or home() / "AppData" / "Roaming"


def program_data() -> Path:
    """Where Windows' programs keep settings for everybody."""
    return _folder("PROGRAMDATA") or Path("C:/ProgramData")


def machine_roots() -> Path | None:
    """The file of the machine's roots."""
    return next((path for path in MACHINE if path.is_file()), None)


def base_roots() -> Path | None:
    """What a bundle begins with that stands in for a tool's own roots, where no other is named.

    Windows fetches most of its roots on first use, so what its store holds is too little. There it is
    Mozilla's list, which the tools in question bring themselves.
    """
    found = machine_roots()
    if found is None and sys.platform == "win32":
        import certifi

        found = Path(certifi.where())
    return found


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
    return Path(value) if Path(value).is_absolute() else None

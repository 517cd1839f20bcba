"""Where the profiles of Firefox are: profiles.ini in each home that a Firefox may have."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from platform_backends import files
from platform_backends.base import UnsafeFile
from platform_backends.nss.places import Place, is_folder, xdg

if TYPE_CHECKING:
    from configparser import ConfigParser

_LIMIT = 1024 * 1024
#: Where a default is named, the newest way first: each installation has one of its own.
_DEFAULTS = (("Install", "Default"), ("Profile", "Path"))
_PROGRAMS = (
    "firefox",
    "firefox-esr",
    "firefox-beta",
    "firefox-developer-edition",
    "firefox-nightly",
)


def homes() -> Mapping[str, Path]:
    """Kind of home -> folder, whether it is there or not. The classic kind has no name."""
    home = Path.home()
    flatpak = home / ".var/app/org.mozilla.firefox"
    return {
        "": home / ".mozilla/firefox",
        "xdg": xdg("XDG_CONFIG_HOME", ".config") / "mozilla/firefox",
        "snap": home / "snap/firefox/common/.mozilla/firefox",
        "flatpak": flatpak / ".mozilla/firefox",
        "flatpak-xdg": flatpak / "config/mozilla/firefox",
    }


def installed() -> bool:
    """Whether some Firefox is on this machine, started or not."""
    flatpaks = (
        data / "flatpak/app/org.mozilla.firefox"
        for data in (Path("/var/lib"), xdg("XDG_DATA_HOME", ".local/share"))
    )
    there = any(is_folder(folder) for folder in (*homes().values(), *flatpaks))
    return there or any(shutil.which(program) for program in _PROGRAMS)


def reads_policies() -> bool:
    """Whether a Firefox is here that reads the machine's policies: one from flatpak does not."""
    return any(shutil.which(program) for program in _PROGRAMS)


def firefox() -> tuple[Place, ...]:
    """Every profile that is named in a profiles.ini and has a folder."""
    found: dict[Path, Place] = {}
    taken: set[str] = set()
    for kind, home in homes().items():
        for name, folder in _named_in(home):
            if folder in found or not is_folder(folder):
                continue
            identity = _identity(kind, folder, taken)
            taken.add(identity)
            edition = f" from {kind.split('-')[0]}" if kind not in ("", "xdg") else ""
            found[folder] = Place(identity, f"Firefox{edition}, profile {_plain(name)}", folder)
    return tuple(found.values())


def usual() -> Place | None:
    """The profile that Firefox opens by itself: of the first home that has one."""
    found = {place.folder: place for place in firefox()}
    for home in homes().values():
        parser = _parsed(home)
        for beginning, key in _DEFAULTS:
            for name in parser.sections():
                values = parser[name]
                folder = home / values.get(key, "")
                if name.startswith(beginning) and values.get("Default") and folder in found:
                    return found[folder]
    return next(iter(found.values()), None)


def _named_in(home: Path) -> Iterator[tuple[str, Path]]:
    """Name and folder of each profile of one home."""
    parser = _parsed(home)
    for section in parser.sections():
        values = parser[section]
        path = values.get("Path", "")
        if re.fullmatch(r"Profile\d+", section) and path and "\0" not in path:
            yield values.get("Name", "") or path, home / path  # an absolute path stays one


def _parsed(home: Path) -> ConfigParser:
    """The profiles.ini of one home; empty when there is none that can be read."""
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    with suppress(OSError, UnsafeFile, configparser.Error):
        text = files.read_bounded(home / "profiles.ini", _LIMIT).decode(errors="replace")
        parser.read_string(text)
    return parser


def _identity(kind: str, folder: Path, taken: set[str]) -> str:
    """Stable, unique and harmless: from the folder's name, which Firefox makes unique."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.name)[:64]
    name = "-".join(filter(None, (kind, plain)))
    if plain != folder.name or f"nss.firefox.{name}" in taken:
        name += "-" + hashlib.sha256(bytes(folder)).hexdigest()[:8]
    return f"nss.firefox.{name}"


def _plain(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:64]

"""Where the databases of Chromium and its relatives are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """One database: the id and title of its store, and its folder."""

    id: str
    title: str
    folder: Path


def chromium() -> Iterator[Place]:
    """The user's own, there or not, and those of packages that are there."""
    home = Path.home()
    yield Place("nss.user", "Chromium and Chrome (NSS)", _user(home))
    snap = home / "snap/chromium/current"
    if is_folder(snap):
        yield Place("nss.snap.chromium", "Chromium from snap (NSS)", snap / ".pki/nssdb")
    flatpaks = (("org.chromium.Chromium", "Chromium"), ("com.google.Chrome", "Chrome"))
    for package, name in flatpaks:
        folder = home / ".var/app" / package
        if is_folder(folder):
            title = f"{name} from flatpak (NSS)"
            yield Place(f"nss.flatpak.{name.lower()}", title, folder / "data/pki/nssdb")


def xdg(variable: str, usual: str) -> Path:
    """A folder of the XDG base directory specification; relative values do not count there."""
    value = os.environ.get(variable, "")
    return Path(value) if value.startswith("/") else Path.home() / usual


def is_folder(path: Path) -> bool:
    """Whether this is a folder; False, never an error, where nobody may look."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises


def _user(home: Path) -> Path:
    """Chromium 146 and later prefer the old folder if it is there."""
    old = home / ".pki/nssdb"
    return old if is_folder(old) else xdg("XDG_DATA_HOME", ".local/share") / "pki/nssdb"

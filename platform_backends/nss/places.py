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


#: Title, id, the folder that stands for the package's HOME (Flathub's manifests say ``--persist=.pki``), and
#: within it what the package takes for XDG_DATA_HOME.
_PACKAGES = (
    ("Chromium from snap (NSS)", "nss.snap.chromium", "snap/chromium/current", ".local/share"),
    *(
        (f"{name} from flatpak (NSS)", f"nss.flatpak.{name.lower()}", f".var/app/{package}", "data")
        for name, package in (
            ("Chromium", "org.chromium.Chromium"),
            ("Chrome", "com.google.Chrome"),
        )
    ),
)


def chromium() -> Iterator[Place]:
    """The user's own, there or not, and those of packages that are there."""
    home = Path.home()
    own = _in_use(home, xdg("XDG_DATA_HOME", ".local/share"))
    yield Place("nss.user", "Chromium and Chrome (NSS)", own)
    for title, identity, inside, data in _PACKAGES:
        folder = home / inside
        if is_folder(folder):
            yield Place(identity, title, _in_use(folder, folder / data))


def xdg(variable: str, usual: str) -> Path:
    """A folder of the XDG base directory specification; relative values do not count there."""
    value = os.environ.get(variable, "")
    return Path(value) if value.startswith("/") else Path.home() / usual


def is_folder(path: Path) -> bool:
    """Whether this is a folder; False, never an error, where nobody may look."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises


def _in_use(home: Path, data: Path) -> Path:
    """Chromium 146 and later prefer the old folder if it is there: to create it would hide the new one."""
    old = home / ".pki/nssdb"
    return old if is_folder(old) else data / "pki/nssdb"

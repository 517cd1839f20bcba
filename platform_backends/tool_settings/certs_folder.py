"""Registries of containers: every ``*.crt`` in a folder named after the registry adds to the roots.

Docker: docs.docker.com, "Verify repository client with certificates" (moby: registry/registry.go).
Podman, Buildah, Skopeo: containers-certs.d(5) (containers/image: docker/docker_client.go, which takes
the first folder that is there). A file of our own stands beside those of others. A folder that was made
for it goes with the last of them: an empty one in the home would hide that in /etc.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from platform_backends import files
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Availability,
    Decision,
    Origin,
    Privilege,
    Purpose,
    RightsMissing,
    Scope,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
)
from platform_backends.folder import FolderStore
from platform_backends.locks import locked
from platform_backends.tool_settings import made_folders, places
from platform_backends.tool_settings.site import HTTPS, Site

_CERTS = "certs.d"
_USERS_SOCKET = re.compile(r"unix://(/run/user/|.*/\.docker/run/)")
_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Engine:
    """A program that fetches images.

    `settings`: its folder below /etc. `folders`: where it looks; the first that has the registry counts.
    """

    name: str
    title: str
    programs: tuple[str, ...]
    install: str
    settings: str
    folders: Callable[[], Sequence[Path]]

    def here(self) -> bool:
        """Whether it is on this machine: its program, or the folder of its settings."""
        return any(map(shutil.which, self.programs)) or os.path.isdir(  # noqa: PTH112
            places.SYSTEM / self.settings
        )

    def of_system(self) -> Engine:
        """The same, looking below /etc alone."""
        return replace(self, folders=lambda: [f for f in self.folders() if _is_system(f)])

    def store(self, site: Site) -> CertsFolderStore:
        """The store of one registry, there or not yet."""
        return CertsFolderStore(self, site)

    def folder(self, site: Site) -> Path:
        """That which is read; else the one to make, named as people write the registry."""
        names = dict.fromkeys((site.authority, str(site)))
        found = [folder / name for folder in self.folders() for name in names]
        return next((p for p in found if os.path.isdir(p)), found[0])  # noqa: PTH112

    def sites(self) -> Sequence[Site]:
        """The registries that have a folder already."""
        names = [name for folder in self.folders() for name in _names(folder)]
        return list(dict.fromkeys(site for name in names if (site := _site(name)) is not None))


class CertsFolderStore(FolderStore):
    """What one engine trusts for one registry, besides the machine's roots."""

    scope = Scope.TOOL
    endings = (".crt",)
    foreign = SERVER_AUTH_ONLY

    def __init__(self, engine: Engine, site: Site) -> None:
        super().__init__(engine.folder(site))
        self.engine = engine
        self.id = f"tool.{engine.name}@{site}"
        self.title = f"{engine.title}, for {site} alone"

    @property
    def privilege(self) -> Privilege:
        """What is below /etc is root's."""
        return Privilege.ADMINISTRATOR if _is_system(self.path) and os.geteuid() else Privilege.NONE

    @property
    def others(self) -> Origin:
        """Below /etc an administrator has written it."""
        return Origin.ADMINISTRATOR if _is_system(self.path) else Origin.USER

    def availability(self) -> Availability:
        """Available when the engine is here and the folder can be read."""
        if not self.engine.here():
            return Availability(
                False, f"{self.engine.title} is not installed.", self.engine.install
            )
        return super().availability()

    def effective_trust(self, wanted: Trust) -> Trust:
        """For the registry's server; nothing else is known there."""
        if wanted.server_auth is not Decision.TRUSTED or any(
            wanted.decision(purpose) is Decision.DISTRUSTED for purpose in Purpose
        ):
            raise TrustNotSupported(
                f"{self.title} only knows certificates that it trusts for servers.",
                "Import for server-auth, or remove the certificate.",
            )
        return SERVER_AUTH_ONLY

    @property
    def _root(self) -> Path:
        """What is there in any case, and holds the lock."""
        return places.SYSTEM if _is_system(self.path) else places.home()

    def settle(self) -> bool:
        """Also where a folder was about to be made."""
        there = self.path.is_dir() or bool(made_folders.left(self.path, self._root))
        if not there or self.privilege is not Privilege.NONE:
            return False
        with self._exclusive() as settled:
            return settled

    @contextmanager
    def _exclusive(self) -> Iterator[bool]:
        """The lock is on /etc or the home: the folder may go, and come again."""
        if self.privilege is not Privilege.NONE:
            raise RightsMissing(
                f"Only an administrator may change {self.path}.", "Run the command with sudo."
            )
        if not _is_system(self.path):
            places.followed(self.path)
        with locked(Path(os.path.realpath(self._root))):
            left = made_folders.sweep(self.path, self._root)
            made_folders.make(self.path)
            try:
                yield self._settle() or left
            finally:
                made_folders.unmake(self.path)


def _is_system(path: Path) -> bool:
    return path.is_relative_to(places.SYSTEM)


def _docker() -> Sequence[Path]:
    """One that runs without root reads the home of its user (docs.docker.com, "Rootless mode")."""
    home = places.config() if _rootless() else places.SYSTEM
    return (home / "docker" / _CERTS,)


def _rootless() -> bool:
    if os.geteuid() == 0:
        return False
    if host := os.environ.get("DOCKER_HOST"):
        return _USERS_SOCKET.match(host) is not None
    with contextlib.suppress(OSError, ValueError, RecursionError):
        text = files.read_bounded(places.home() / ".docker" / "config.json", _LIMIT)
        settings = json.loads(text)
        return isinstance(settings, dict) and settings.get("currentContext") == "rootless"
    return False


def _containers() -> Sequence[Path]:
    return (
        places.home() / ".config" / "containers" / _CERTS,
        places.SYSTEM / "containers" / _CERTS,
        places.SYSTEM / "docker" / _CERTS,
    )


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []


def _site(name: str) -> Site | None:
    """A folder without a port is that of https."""
    try:
        return Site.parse(name if re.search(r":[0-9]+\Z", name) else f"{name}:{HTTPS}")
    except StoreUnavailable:
        return None


#: By the name in the ids of their stores.
ENGINES: Mapping[str, Engine] = {
    "docker": Engine("docker", "Docker", ("docker",), "Install Docker.", "docker", _docker),
    "podman": Engine(
        "podman",
        "Podman",
        ("podman", "buildah", "skopeo"),
        "Install Podman.",
        "containers",
        _containers,
    ),
}

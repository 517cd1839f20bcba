"""git: ``http.sslCAInfo`` (git-config(1), "FILES", "http.sslCAInfo" and "http.sslBackend")."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from platform_backends.tool_settings import places, programs
from platform_backends.tool_settings.syntax import GIT
from platform_backends.tool_settings.tool import YES, Tool

_BACKEND, _USE = "http.sslbackend", "http.schannelusesslcainfo"


@dataclass(frozen=True, kw_only=True)
class Git(Tool):
    """On Windows it has two libraries for TLS, of which Schannel reads Windows' own store."""

    def value(self) -> str:
        """Schannel is not told of it."""
        return "" if self.by_schannel() else super().value()

    def reads_machine(self) -> bool:
        """Only where the system's library does."""
        return self.by_schannel() if sys.platform == "win32" else super().reads_machine()

    def elsewhere(self) -> str:
        """Whoever chose Schannel has one store for everything."""
        if not self.by_schannel():
            return ""
        return "git reads Windows' own store, since http.sslBackend is schannel."

    def by_schannel(self) -> bool:
        """Whether it reads Windows' store, and none of the files that settings name."""
        if sys.platform != "win32":
            return False
        said = {found.name: found.value.lower() for _, found in self.assignments()}
        return said.get(_BACKEND) == "schannel" and said.get(_USE) not in YES


def tool() -> Git:
    """~/.gitconfig, or the file of the XDG folder when that alone is there."""
    everybodys = programs.etc("git") / "gitconfig"
    system = () if os.environ.get("GIT_CONFIG_NOSYSTEM") else (everybodys,)
    read, write = _global()
    return Git(
        name="git",
        title="git",
        key="http.sslCAInfo",
        syntax=GIT,
        read=(*system, *read),
        write=write,
        replaces=True,
        system=sys.platform != "darwin" or programs.is_apples("git"),
        program="git",
        install="Install git.",
        stronger=("GIT_SSL_CAINFO",),
        checks={"http.sslVerify": False},
        lock=".lock",
    )


def _global() -> tuple[tuple[Path, ...], Path]:
    """The user's files, weakest first, and the one to write (git(1), ``GIT_CONFIG_GLOBAL``)."""
    if named := os.environ.get("GIT_CONFIG_GLOBAL"):
        return (Path(named),), Path(named)
    home = _home()
    classic, xdg = home / ".gitconfig", places.config(home) / "git" / "config"
    return (xdg, classic), xdg if xdg.exists() and not classic.exists() else classic


def _home() -> Path:
    """Windows has several (Git for Windows' git(1), "HOME")."""
    if sys.platform != "win32":
        return places.home()
    on_drive = os.environ.get("HOMEDRIVE", "") + os.environ.get("HOMEPATH", "")
    named = os.environ.get("HOME") or on_drive
    return Path(named) if named and os.path.isdir(named) else places.home()  # noqa: PTH112

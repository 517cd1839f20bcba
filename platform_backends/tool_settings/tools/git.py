"""git: ``http.sslCAInfo`` (git-config(1), "FILES" and "http.sslCAInfo")."""

from __future__ import annotations

import os
from pathlib import Path

from platform_backends.tool_settings import places
from platform_backends.tool_settings.syntax import GIT
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """~/.gitconfig, or the file of the XDG folder when that alone is there."""
    system = () if os.environ.get("GIT_CONFIG_NOSYSTEM") else (places.SYSTEM / "gitconfig",)
    read, write = _global()
    return Tool(
        name="git",
        title="git",
        key="http.sslCAInfo",
        syntax=GIT,
        read=(*system, *read),
        write=write,
        replaces=True,
        system=True,
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
    classic, xdg = places.home() / ".gitconfig", places.config() / "git" / "config"
    return (xdg, classic), xdg if xdg.exists() and not classic.exists() else classic

"""git: ``http.sslCAInfo`` (git-config(1), "FILES" and "http.sslCAInfo")."""

from __future__ import annotations

from platform_backends.tool_settings import places
from platform_backends.tool_settings.syntax import GIT
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """~/.gitconfig, or the file of the XDG folder when that alone is there."""
    classic, xdg = places.home() / ".gitconfig", places.config() / "git" / "config"
    return Tool(
        name="git",
        title="git",
        key="http.sslCAInfo",
        syntax=GIT,
        read=(places.SYSTEM / "gitconfig", xdg, classic),
        write=xdg if xdg.exists() and not classic.exists() else classic,
        replaces=True,
        system=True,
        program="git",
        install="Install git.",
        stronger=("GIT_SSL_CAINFO",),
        checks={"http.sslVerify": False},
    )

"""npm: ``cafile`` (npm's documentation, "config" and "npmrc")."""

from __future__ import annotations

from platform_backends.tool_settings import places
from platform_backends.tool_settings.syntax import NPM
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """~/.npmrc; a project's own counts before it."""
    user = places.home() / ".npmrc"
    return Tool(
        name="npm",
        title="npm",
        key="cafile",
        syntax=NPM,
        read=(user,),
        write=user,
        replaces=True,
        program="npm",
        install="Install npm.",
        stronger=("npm_config_cafile", "NPM_CONFIG_CAFILE"),
        checks={"strict-ssl": False},
    )

"""Tools that are told by a variable, which environment.d(5) sets at log-in."""

from __future__ import annotations

from platform_backends.tool_settings import places
from platform_backends.tool_settings.syntax import ENVIRONMENT
from platform_backends.tool_settings.tool import Tool


def by_variable(name: str, title: str, variable: str, *, replaces: bool) -> Tool:
    """A file of our own, named so that it is read after the others."""
    user = places.config() / "environment.d"
    ours = user / f"99-trustmgr-{name}.conf"
    return Tool(
        name=name,
        title=title,
        key=variable,
        syntax=ENVIRONMENT,
        read=(places.SYSTEM / "environment.d", user, ours),
        write=ours,
        replaces=replaces,
        variable=variable,
    )

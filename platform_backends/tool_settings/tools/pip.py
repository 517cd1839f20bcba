"""pip: ``cert`` in ``[global]`` (pip's user guide, "Configuration")."""

from __future__ import annotations

from platform_backends.tool_settings import places
from platform_backends.tool_settings.syntax import PIP
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """The file of the XDG folder counts before ~/.pip/pip.conf."""
    system = places.SYSTEM
    user = places.config() / "pip" / "pip.conf"
    legacy = places.home() / ".pip" / "pip.conf"
    return Tool(
        name="pip",
        title="pip",
        key="global.cert",
        syntax=PIP,
        read=(system / "xdg" / "pip" / "pip.conf", system / "pip.conf", legacy, user),
        write=user,
        replaces=True,
        program="pip",
        install="Install pip.",
        stronger=("PIP_CERT",),
        checks={"global.trusted-host": True, "install.trusted-host": True},
    )

"""pip: ``cert`` in ``[global]`` (pip's documentation, "Configuration", "Location")."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from platform_backends.tool_settings import places
from platform_backends.tool_settings.syntax import PIP
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """The newer of the user's two files counts before the older."""
    read = _READ.get(sys.platform, _linux)()
    return Tool(
        name="pip",
        title="pip",
        key="global.cert",
        syntax=PIP,
        read=read,
        write=read[-1],
        replaces=True,
        program="pip",
        install="Install pip.",
        stronger=("PIP_CERT",),
        checks={"global.trusted-host": True, "install.trusted-host": True},
    )


def _linux() -> tuple[Path, ...]:
    system, legacy = places.SYSTEM, places.home() / ".pip" / "pip.conf"
    user = places.config() / "pip" / "pip.conf"
    return (system / "xdg" / "pip" / "pip.conf", system / "pip.conf", legacy, user)


def _macos() -> tuple[Path, ...]:
    """The folder of Apple's manner counts where somebody made it."""
    apples, home = Path("Library", "Application Support", "pip"), places.home()
    folder = home / apples if (home / apples).is_dir() else home / ".config" / "pip"
    system = places.SYSTEM.parent / apples
    return (system / "pip.conf", home / ".pip" / "pip.conf", folder / "pip.conf")


def _windows() -> tuple[Path, ...]:
    folders = (places.program_data(), places.home(), places.roaming())
    return tuple(folder / "pip" / "pip.ini" for folder in folders)


_READ: Mapping[str, Callable[[], tuple[Path, ...]]] = {"darwin": _macos, "win32": _windows}

"""Wget: ``ca_certificate`` (its manual, "Wgetrc Location" and "Wgetrc Commands")."""

from __future__ import annotations

import os
from pathlib import Path

from platform_backends.tool_settings import places, programs
from platform_backends.tool_settings.syntax import WGET
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """``$WGETRC``, or ~/.wgetrc. What it names is read besides the system's roots."""
    user = Path(os.environ.get("WGETRC") or places.home() / ".wgetrc")
    return Tool(
        name="wget",
        title="Wget",
        key="ca_certificate",
        syntax=WGET,
        read=(programs.etc("wget") / "wgetrc", user),
        write=user,
        replaces=False,
        program="wget",
        install="Install wget.",
        checks={"check_certificate": False},
    )

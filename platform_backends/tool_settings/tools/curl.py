"""curl: ``cacert`` (curl(1), "--config")."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platform_backends.tool_settings import places, programs
from platform_backends.tool_settings.syntax import CURL
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """The first of curl's places that has a file; else ~/.curlrc. It counts before the variables."""
    home = places.home() / ".curlrc"
    folders = [os.environ.get("CURL_HOME"), os.environ.get("XDG_CONFIG_HOME")]
    found = [Path(f) / n for f, n in zip(folders, (".curlrc", "curlrc"), strict=True) if f]
    user = next((path for path in (*found, home) if path.exists()), home)
    return Tool(
        name="curl",
        title="curl",
        key="cacert",
        syntax=CURL,
        read=(user,),
        write=user,
        replaces=True,
        system=sys.platform != "darwin" or programs.is_apples("curl"),
        program="curl",
        install="Install curl.",
        checks={"insecure": True, "k": True},
    )

"""Cargo: ``http.cainfo`` (The Cargo Book, "Configuration")."""

from __future__ import annotations

import os
from pathlib import Path

from platform_backends.tool_settings import places
from platform_backends.tool_settings.toml import toml
from platform_backends.tool_settings.tool import Tool


def tool() -> Tool:
    """``config.toml`` in Cargo's home; a file ``config`` beside it, which is older, counts before it."""
    home = Path(os.environ.get("CARGO_HOME") or places.home() / ".cargo")
    old, new = home / "config", home / "config.toml"
    user = old if old.exists() else new
    return Tool(
        name="cargo",
        title="Cargo",
        key="http.cainfo",
        syntax=toml("http.cainfo"),
        read=(user,),
        write=user,
        replaces=True,
        system=True,
        program="cargo",
        install="Install Cargo.",
        stronger=("CARGO_HTTP_CAINFO",),
    )

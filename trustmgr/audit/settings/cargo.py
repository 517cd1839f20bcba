"""Cargo: ``http.cainfo`` in its config.toml (The Cargo Book, "Configuration")."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from platform_backends.tool_settings.toml import LINES
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import expanded, settings, unquoted
from trustmgr.audit.settings.repair import cut
from trustmgr.audit.settings.saying import replaced


def find(machine: Machine) -> Iterator[Observation]:
    """In this user's files. It cannot be told not to check."""
    home = Path(machine.environment.get("CARGO_HOME") or machine.home / ".cargo")
    for path in (home / "config", home / "config.toml"):
        for setting in settings(path, LINES):
            value = unquoted(setting.value.partition(" #")[0])
            if setting.name == "http.cainfo" and value:
                where, undo = expanded(value, machine.home), cut(machine, setting, "cainfo")
                yield from replaced("Cargo", str(path), setting.text, where, undo)

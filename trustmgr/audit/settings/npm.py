"""npm: ``strict-ssl`` and ``cafile`` in .npmrc (docs.npmjs.com/cli/using-npm/config)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, expanded, lines, unquoted
from trustmgr.audit.settings.saying import replaced, switched_off


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody."""
    named = machine.environment.get("NPM_CONFIG_USERCONFIG") or machine.environment.get(
        "npm_config_userconfig"
    )
    for path in (machine.etc / "npmrc", Path(named) if named else machine.home / ".npmrc"):
        for line in lines(path):
            name, _, value = (part.strip() for part in line.partition("="))
            value = unquoted(value)
            if name == "strict-ssl" and value.lower() in FALSE:
                undo = "npm config delete strict-ssl"
                yield switched_off("npm", str(path), f"{name}={value}", undo)
            elif name == "cafile" and value and value != "null":
                where = expanded(value, machine.home)
                yield from replaced("npm", str(path), f"{name}={value}", where)

"""npm: ``strict-ssl`` and ``cafile`` in .npmrc (docs.npmjs.com/cli/using-npm/config)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from platform_backends.tool_settings.syntax import NPM
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, expanded, settings
from trustmgr.audit.settings.repair import cut
from trustmgr.audit.settings.saying import replaced, switched_off


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody."""
    named = machine.environment.get("NPM_CONFIG_USERCONFIG") or machine.environment.get(
        "npm_config_userconfig"
    )
    own = Path(named) if named else machine.home / ".npmrc"
    for path in (machine.etc / "npmrc", own):
        for setting in settings(path, NPM):
            name, value = setting.name, setting.value
            mine = path == machine.home / ".npmrc"
            undo = f"npm config delete {name}" if mine else cut(machine, setting, name)
            if name == "strict-ssl" and value.lower() in FALSE:
                yield switched_off("npm", str(path), setting.text, undo)
            elif name == "cafile" and value and value != "null":
                where = expanded(value, machine.home)
                yield from replaced("npm", str(path), setting.text, where, undo)

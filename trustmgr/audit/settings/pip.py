"""pip: ``trusted-host`` and ``cert`` in pip.conf (pip.pypa.io/en/stable/topics/configuration)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from platform_backends.tool_settings.syntax import PIP
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import Setting, expanded, settings
from trustmgr.audit.settings.repair import cut
from trustmgr.audit.settings.saying import replaced, switched_off


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody; ``PIP_CONFIG_FILE`` is read, too."""
    paths = [
        machine.etc / "xdg" / "pip" / "pip.conf",
        machine.etc / "pip.conf",
        machine.home / ".pip" / "pip.conf",
        *([machine.home / "pip" / "pip.ini"] if machine.roaming else []),
        *_own(machine),
    ]
    named = machine.environment.get("PIP_CONFIG_FILE")
    for path in [*paths, *([Path(named)] if named else [])]:
        for setting in settings(path, PIP):
            name, value = setting.key.replace("_", "-"), " ".join(setting.value.split())
            if name == "trusted-host" and value:
                who = f"pip, for {', '.join(value.split())},"
                yield switched_off(who, str(path), setting.text, _undo(machine, setting))
            elif name == "cert" and value:
                where, undo = expanded(value, machine.home), _undo(machine, setting)
                yield from replaced("pip", str(path), setting.text, where, undo)


def _undo(machine: Machine, setting: Setting) -> str:
    """pip's own command edits one file of the user alone."""
    if setting.path in _own(machine):
        return f"pip config --user unset {setting.name}"
    return cut(machine, setting, setting.key)


def _own(machine: Machine) -> list[Path]:
    """Those that ``pip config --user`` edits: on Linux, macOS and Windows."""
    return [
        machine.config / "pip" / "pip.conf",
        machine.home / "Library" / "Application Support" / "pip" / "pip.conf",
        *(folder / "pip" / "pip.ini" for folder in machine.roaming),
    ]

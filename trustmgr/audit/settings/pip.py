"""pip: ``trusted-host`` and ``cert`` in pip.conf (pip.pypa.io/en/stable/topics/configuration)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import expanded, lines
from trustmgr.audit.settings.saying import replaced, switched_off

_SETTING = re.compile(r"([A-Za-z_-]+)\s*[=:]\s*(.*)")


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody; ``PIP_CONFIG_FILE`` is read, too."""
    paths = [
        machine.etc / "pip.conf",
        machine.home / ".pip" / "pip.conf",
        machine.config / "pip" / "pip.conf",
    ]
    named = machine.environment.get("PIP_CONFIG_FILE")
    for path in [*paths, *([Path(named)] if named else [])]:
        for name, value in _settings(path):
            if name == "trusted-host" and value:
                undo = "pip config unset global.trusted-host"
                who = f"pip, for {', '.join(value.split())},"
                yield switched_off(who, str(path), f"{name} = {value}", undo)
            elif name == "cert" and value:
                where = expanded(value, machine.home)
                yield from replaced("pip", str(path), f"{name} = {value}", where)


def _settings(path: Path) -> Iterator[tuple[str, str]]:
    """Names and values of every section; indented lines continue the value before."""
    name, values = "", []
    for line in lines(path):
        text = line.strip()
        if text[:1] in {"#", ";"}:
            continue
        if line[:1].isspace() and name:
            values.append(text)
            continue
        if name:
            yield name, " ".join(filter(None, values))
        found = _SETTING.match(text)
        name = found[1].lower().replace("_", "-") if found else ""
        values = [found[2]] if found else []
    if name:
        yield name, " ".join(filter(None, values))

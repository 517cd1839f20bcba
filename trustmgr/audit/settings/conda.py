"""conda: ``ssl_verify`` in .condarc, which is a switch or a file (docs.conda.io, settings)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from platform_backends.tool_settings.yaml import LINES
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, TRUE, expanded, inside, settings, unquoted
from trustmgr.audit.settings.repair import command
from trustmgr.audit.settings.saying import replaced, switched_off

_KEY = "ssl_verify"
_NO_FILE = {*TRUE, "truststore", "~", "null"}


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user, of everybody and of the active environment."""
    for path in _files(machine):
        for setting in settings(path, LINES):
            value = unquoted(re.split(r"(?:^|\s)#", setting.value)[0])
            if setting.name != _KEY or not value:
                continue
            words = ("conda", "config", "--file", str(path), "--remove-key", _KEY)
            undo = command(machine, path, *words)
            if value.lower() in FALSE:
                yield switched_off("conda", str(path), setting.text, undo)
            elif value.lower() not in _NO_FILE:
                where = expanded(value, machine.home)
                yield from replaced("conda", str(path), setting.text, where, undo)


def _files(machine: Machine) -> Iterator[Path]:
    roots = [machine.environment.get(v) for v in ("CONDA_ROOT", "CONDA_PREFIX")]
    folders = [
        machine.etc / "conda",
        machine.config / "conda",
        machine.home / ".conda",
        *(Path(root) for root in roots if root),
    ]
    for folder in folders:
        yield from (folder / name for name in (".condarc", "condarc"))
        yield from inside(folder / "condarc.d", ".yml", ".yaml")
    yield machine.home / ".condarc"
    if named := machine.environment.get("CONDARC"):
        yield Path(named)

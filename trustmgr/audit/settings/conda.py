"""conda: ``ssl_verify`` in .condarc, which is a switch or a file (docs.conda.io, settings)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, TRUE, expanded, lines, unquoted
from trustmgr.audit.settings.saying import replaced, switched_off

_LINE = re.compile(r"ssl_verify\s*:\s*(.*)")
_SYSTEM = "truststore"


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody."""
    named = machine.environment.get("CONDARC")
    places = [
        machine.etc / "conda" / ".condarc",
        machine.config / "conda" / ".condarc",
        machine.home / ".conda" / ".condarc",
        Path(named) if named else machine.home / ".condarc",
    ]
    for path in places:
        for line in lines(path):
            found = _LINE.match(line)
            value = unquoted(re.split(r"\s#", found[1])[0]) if found else ""
            if value.lower() in FALSE:
                undo = "conda config --remove-key ssl_verify"
                yield switched_off("conda", str(path), line.strip(), undo)
            elif value and value.lower() not in TRUE and value != _SYSTEM:
                where = expanded(value, machine.home)
                yield from replaced("conda", str(path), line.strip(), where)

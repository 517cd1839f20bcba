"""wget: ``check_certificate`` and ``ca_certificate`` in .wgetrc (wget's manual, Wgetrc Commands)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, expanded, lines, unquoted
from trustmgr.audit.settings.saying import replaced, switched_off


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody. Wget sees no difference between - and _."""
    named = machine.environment.get("WGETRC")
    for path in (machine.etc / "wgetrc", Path(named) if named else machine.home / ".wgetrc"):
        for line in lines(path):
            name, _, value = (part.strip() for part in line.partition("="))
            name, value = name.lower().replace("-", "").replace("_", ""), unquoted(value)
            if name == "checkcertificate" and value.lower() in FALSE:
                yield switched_off("wget", str(path), line.strip())
            elif name == "cacertificate" and value:
                where = expanded(value, machine.home)
                yield from replaced("wget", str(path), line.strip(), where)

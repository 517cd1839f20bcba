"""wget: ``check_certificate`` and ``ca_certificate`` in .wgetrc (wget's manual, Wgetrc Commands)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from platform_backends.tool_settings.syntax import WGET
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, expanded, settings, unquoted
from trustmgr.audit.settings.repair import cut
from trustmgr.audit.settings.saying import Reach, replaced, switched_off


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody. What it names is read besides the system's."""
    named = machine.environment.get("WGETRC")
    for path in (machine.etc / "wgetrc", Path(named) if named else machine.home / ".wgetrc"):
        for setting in settings(path, WGET):
            value, undo = unquoted(setting.value), cut(machine, setting, "certificate")
            if setting.name == "checkcertificate" and value.lower() in FALSE:
                yield switched_off("wget", str(path), setting.text, undo)
            elif setting.name == "cacertificate" and value:
                where = expanded(value, machine.home)
                yield from replaced(
                    "wget", str(path), setting.text, where, undo, reach=Reach.BESIDES
                )

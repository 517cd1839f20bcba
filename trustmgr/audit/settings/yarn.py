"""Yarn: ``strict-ssl`` in .yarnrc (classic), ``enableStrictSsl`` in .yarnrc.yml (yarnpkg.com/configuration)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from platform_backends.tool_settings.syntax import Syntax, bare
from platform_backends.tool_settings.yaml import LINES
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, expanded, settings, unquoted
from trustmgr.audit.settings.repair import cut
from trustmgr.audit.settings.saying import replaced, switched_off

#: The lock file's way of writing: name, space, value; quotes about either.
_CLASSIC = Syntax(re.compile(rb'"?([A-Za-z][A-Za-z-]*)"?[ \t]+(.*?)\r?\n?\Z', re.DOTALL), bare)
_OFF = {"strict-ssl", "enablestrictssl"}
_FILE = {"cafile", "cafilepath", "httpscafilepath"}


def find(machine: Machine) -> Iterator[Observation]:
    """In the home; a project's own files are not looked for."""
    for name, syntax in ((".yarnrc", _CLASSIC), (".yarnrc.yml", LINES)):
        path = machine.home / name
        for setting in settings(path, syntax):
            value, undo = unquoted(setting.value), cut(machine, setting, setting.name)
            if setting.name in _OFF and value.lower() in FALSE:
                yield switched_off("Yarn", str(path), setting.text, undo)
            elif setting.name in _FILE and value and value != "null":
                where = expanded(value, machine.home)
                yield from replaced("Yarn", str(path), setting.text, where, undo)

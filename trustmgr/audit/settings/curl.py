"""curl: ``insecure`` and ``cacert`` in .curlrc (curl(1), option --config)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from platform_backends.tool_settings.syntax import CURL
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import expanded, settings, there
from trustmgr.audit.settings.repair import cut
from trustmgr.audit.settings.saying import replaced, switched_off

_OFF = frozenset({"insecure", "k", "proxy-insecure", "doh-insecure"})


def find(machine: Machine) -> Iterator[Observation]:
    """In the first file that is there: curl reads no second one."""
    home = machine.environment.get("CURL_HOME")
    places = [
        *([Path(home) / ".curlrc"] if home else []),
        machine.config / "curlrc",
        machine.home / ".curlrc",
        machine.config / ".curlrc",
        *(folder / ".curlrc" for folder in machine.roaming),
        *([machine.home / "_curlrc"] if machine.roaming else []),
    ]
    path = next((place for place in places if there(place)), None)
    for setting in settings(path, CURL) if path is not None else ():
        undo = cut(machine, setting, setting.name)
        if setting.name in _OFF:
            yield switched_off("curl", str(path), setting.text, undo)
        elif setting.name in {"cacert", "capath"} and setting.value:
            where = expanded(setting.value, machine.home)
            yield from replaced("curl", str(path), setting.text, where, undo)

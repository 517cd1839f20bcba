"""curl: ``insecure`` and ``cacert`` in .curlrc (curl(1), option --config)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import expanded, lines, there, unquoted
from trustmgr.audit.settings.saying import replaced, switched_off

_OFF = frozenset({"insecure", "k", "proxy-insecure"})
_LINE = re.compile(r"(?:--?)?([A-Za-z-]+)\s*[\s=:]?\s*(.*)")


def find(machine: Machine) -> Iterator[Observation]:
    """In the first file that is there: curl reads no second one."""
    home = machine.environment.get("CURL_HOME")
    places = [
        *([Path(home) / ".curlrc"] if home else []),
        machine.config / "curlrc",
        machine.home / ".curlrc",
        machine.config / ".curlrc",
    ]
    path = next((place for place in places if there(place)), None)
    for line in lines(path) if path is not None else ():
        found = _LINE.match(line.strip())
        if found is None:
            continue
        name, value = found[1], unquoted(found[2])
        if name in _OFF:
            yield switched_off("curl", str(path), line.strip())
        elif name in {"cacert", "capath"} and value:
            yield from replaced("curl", str(path), line.strip(), expanded(value, machine.home))

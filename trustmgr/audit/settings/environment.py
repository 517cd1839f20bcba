"""Variables of the environment that replace the roots, add to them, or switch verification off."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, expanded, is_folder
from trustmgr.audit.settings.saying import replaced, switched_off
from trustmgr.clients.settings import REPLACING

#: Variable -> who reads it, and when it switches verification off.
_OFF: dict[str, tuple[str, Callable[[str], bool]]] = {
    # git: http.c asks only whether it is there; nodejs.org/api/cli.html; PEP 493 (Python 2.7)
    "GIT_SSL_NO_VERIFY": ("git", lambda value: True),
    "NODE_TLS_REJECT_UNAUTHORIZED": ("Node", lambda value: value == "0"),
    "PYTHONHTTPSVERIFY": ("old Python (2.7)", lambda value: value == "0"),
    "NPM_CONFIG_STRICT_SSL": ("npm", lambda value: value.lower() in FALSE),
    "PIP_TRUSTED_HOST": ("pip", lambda value: bool(value.strip())),
    "CONDA_SSL_VERIFY": ("conda", lambda value: value.lower() in FALSE),
}
_ADDING = {"NODE_EXTRA_CA_CERTS": "Node"}
_ALSO_REPLACING = {"NPM_CONFIG_CAFILE": "npm", "GIT_SSL_CAPATH": "git"}


def find(machine: Machine) -> Iterator[Observation]:
    """Names are compared as the programs do: npm's in any case."""
    for name, value in machine.environment.items():
        known = name.upper() if name.lower().startswith("npm_config_") else name
        if known in _OFF and _OFF[known][1](value):
            setting = f"{name}={value}"
            yield switched_off(_OFF[known][0], "the environment", setting, f"unset {name}")
        elif value:
            yield from _places(machine, name, known, value)


def _places(machine: Machine, name: str, known: str, value: str) -> Iterator[Observation]:
    who = REPLACING.get(known) or _ALSO_REPLACING.get(known) or _ADDING.get(known)
    if who is None:
        return
    adds = known in _ADDING
    for place in _split(known, value):
        path = expanded(place, machine.home)
        yield from replaced(who, "the environment", f"{name}={value}", path, adds=adds)


def _split(name: str, value: str) -> list[str]:
    """SSL_CERT_DIR is a list of folders, of which some may be missing."""
    if name != "SSL_CERT_DIR":
        return [value]
    places = [place for place in value.split(os.pathsep) if place]
    return [place for place in places if is_folder(Path(place))] or places[:1]

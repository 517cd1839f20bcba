"""Docker and Podman: registries that are not checked, and what is in the folders for single ones.

docs.docker.com, "dockerd" (``insecure-registries``) and "Verify repository client with certificates";
containers-registries.conf(5), containers-certs.d(5).
"""

from __future__ import annotations

import ipaddress
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import content, inside, there
from trustmgr.audit.settings.repair import command, edit
from trustmgr.audit.settings.saying import Reach, replaced, switched_off
from trustmgr.text import inert

_CERTS = "certs.d"


def find(machine: Machine) -> Iterator[Observation]:
    """In the settings of this user and of everybody."""
    for folder in (machine.etc / "docker", machine.config / "docker"):
        path = folder / "daemon.json"
        named = _json(path).get("insecure-registries")
        for registry in named if isinstance(named, list) else ():
            if isinstance(registry, str) and not _is_loopback(registry):
                yield _unchecked(machine, "Docker", path, f"insecure-registries: {registry}")
    for path in _registries(machine):
        named = _toml(path).get("registry")
        for one in named if isinstance(named, list) else ():
            if isinstance(one, dict) and one.get("insecure") is True:
                registry = str(one.get("location") or one.get("prefix") or "")
                if not _is_loopback(registry):
                    yield _unchecked(machine, "Podman", path, f"insecure: {registry}")
    for folder in (machine.etc, machine.config):
        for who, name in (("Docker", "docker"), ("Podman", "containers")):
            yield from _folders(machine, who, folder / name / _CERTS)


def _unchecked(machine: Machine, who: str, path: Path, setting: str) -> Observation:
    registry = setting.partition(": ")[2]
    return switched_off(f"{who} for {registry}", str(path), setting, edit(machine, path))


def _folders(machine: Machine, who: str, certs: Path) -> Iterator[Observation]:
    for folder in _inside(certs):
        for path in inside(folder, ".crt"):
            undo = command(machine, path, "mv", str(path), f"{path}.before")
            reader, setting = f"{who} for {folder.name}", f"{certs.parent.name}/{_CERTS}"
            yield from replaced(reader, str(folder), setting, path, undo, reach=Reach.BESIDES)
        for path in inside(folder, ".cert"):
            if not there(path.with_suffix(".key")):
                yield _keyless(machine, who, path)


def _keyless(machine: Machine, who: str, path: Path) -> Observation:
    return Observation(
        "client-key-missing",
        Weight.WARNING,
        f"{who} for {inert(path.parent.name)}: a certificate of a client has no key",
        f"{inert(path.name)} is for a client, and {inert(path.stem)}.key is not beside it: every "
        "connection to this registry fails. A CA has a name that ends in .crt.",
        (f"Seen in {inert(str(path.parent))}",),
        "Put the key beside it; or, if it is a CA, give it its right name.",
        (command(machine, path, "mv", str(path), str(path.with_suffix(".crt"))),),
        place=inert(str(path)),
    )


def _inside(folder: Path) -> list[Path]:
    """The folders in a folder; none when it is not there."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []


def _registries(machine: Machine) -> Iterator[Path]:
    for folder in (machine.etc / "containers", machine.config / "containers"):
        yield folder / "registries.conf"
        yield from inside(folder / "registries.conf.d", ".conf")


def _is_loopback(registry: str) -> bool:
    """Docker never checks on these (127.0.0.0/8); nobody is on the way there."""
    host = registry.partition("/")[0].rpartition(":")[0] or registry
    if host.strip("[]") == "localhost":
        return True
    try:
        return ipaddress.ip_network(registry if "/" in registry else host.strip("[]")).is_loopback
    except ValueError:
        return False


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(content(path) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content(path).decode())
    except (ValueError, RecursionError):
        return {}

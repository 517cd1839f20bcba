"""git: ``http.sslVerify`` and ``http.sslCAInfo``, for every site or for one (git-config(1))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from platform_backends.tool_settings.syntax import GIT
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, expanded, settings
from trustmgr.audit.settings.repair import command, unset
from trustmgr.audit.settings.saying import Reach, replaced, switched_off

#: As git's manual writes them.
_KEYS = {"sslverify": "sslVerify", "sslcainfo": "sslCAInfo", "sslcapath": "sslCAPath"}


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody, and in the environment."""
    named = machine.environment.get("GIT_CONFIG_GLOBAL")
    own = (
        [Path(named)] if named else [machine.config / "git" / "config", machine.home / ".gitconfig"]
    )
    for path in (machine.etc / "gitconfig", *own):
        for setting in settings(path, GIT):
            bare = not setting.value and "=" not in setting.text  # git takes that for yes
            value = "true" if bare else setting.value or "false"
            words = ("git", "config", "--file", str(path), "--unset-all")
            key = _written(setting.name)
            undo = command(machine, path, *words, key)
            yield from _judge(machine, str(path), key, value, undo)
    for key, value in _in_environment(machine):
        yield from _judge(machine, "the environment", key, value, unset("GIT_CONFIG_COUNT"))


def _judge(machine: Machine, place: str, key: str, value: str, undo: str) -> Iterator[Observation]:
    section, _, name = key.rpartition(".")
    url = section.partition(".")[2]
    if section.partition(".")[0] != "http":
        return
    who = f"git for {url}" if url else "git"
    if name == "sslVerify" and value.lower() in FALSE:
        yield switched_off(who, place, f"{key} = {value}", undo)
    elif name in {"sslCAInfo", "sslCAPath"}:
        where = expanded(value, machine.home)
        reach = Reach.ONE_SITE if url else Reach.ALL
        yield from replaced(who, place, f"{key} = {value}", where, undo, reach=reach)


def _in_environment(machine: Machine) -> Iterator[tuple[str, str]]:
    """git(1), ``GIT_CONFIG_COUNT``."""
    count = machine.environment.get("GIT_CONFIG_COUNT", "")
    for number in range(int(count) if re.fullmatch(r"[0-9]{1,2}", count) else 0):
        key = machine.environment.get(f"GIT_CONFIG_KEY_{number}", "")
        yield _written(key), machine.environment.get(f"GIT_CONFIG_VALUE_{number}", "")


def _written(name: str) -> str:
    section, _, key = name.rpartition(".")
    return f"{section}.{_KEYS.get(key.lower(), key)}"

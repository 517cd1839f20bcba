"""git: ``http.sslVerify`` and ``http.sslCAInfo``, for every site or for one (git-config(1))."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import FALSE, expanded, lines, unquoted
from trustmgr.audit.settings.saying import replaced, switched_off

_SECTION = re.compile(r'\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*(.*)')
_SETTING = re.compile(r"([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*))?")


def find(machine: Machine) -> Iterator[Observation]:
    """In the files of this user and of everybody."""
    named = machine.environment.get("GIT_CONFIG_GLOBAL")
    own = (
        [Path(named)] if named else [machine.config / "git" / "config", machine.home / ".gitconfig"]
    )
    for path in (machine.etc / "gitconfig", *own):
        for key, value in _settings(path):
            name = key.rpartition(".")[2].lower()
            if name == "sslverify" and value.lower() in FALSE:
                undo = shlex.join(["git", "config", "--file", str(path), "--unset-all", key])
                yield switched_off("git" + _for(key), str(path), f"{key} = {value}", undo)
            elif name in {"sslcainfo", "sslcapath"} and value and not _one_site(key):
                where = expanded(value, machine.home)
                yield from replaced("git", str(path), f"{key} = {value}", where)


def _settings(path: Path) -> Iterator[tuple[str, str]]:
    """``http.URL.sslVerify`` and its value, for the http sections of one file."""
    section: tuple[str, str] | None = None
    for line in lines(path):
        text = line.strip()
        if header := _SECTION.match(text):
            section = (header[1].lower(), re.sub(r"\\(.)", r"\1", header[2] or ""))
            text = header[3].strip()
        setting = _SETTING.match(text)
        if section is None or section[0] != "http" or setting is None:
            continue
        value = unquoted(re.split(r"\s[#;]", setting[2] or "true")[0])
        yield ".".join(part for part in ("http", section[1], setting[1]) if part), value


def _one_site(key: str) -> bool:
    return key.count(".") > 1


def _for(key: str) -> str:
    return f" for {key.removeprefix('http.').rpartition('.')[0]}" if _one_site(key) else ""

"""Variables that replace the roots, add to them, or switch verification off: of this session and at log-in."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from platform_backends.tool_settings.syntax import ENVIRONMENT, Syntax
from trustmgr.audit.observation import Observation
from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import (
    FALSE,
    TRUE,
    Setting,
    expanded,
    inside,
    is_folder,
    settings,
)
from trustmgr.audit.settings.repair import cut, unset
from trustmgr.audit.settings.saying import Reach, replaced, switched_off
from trustmgr.clients.settings import REPLACING


def _no(value: str) -> bool:
    return value.lower() in FALSE


#: Variable -> who reads it, and when it switches verification off.
_OFF: dict[str, tuple[str, Callable[[str], bool]]] = {
    # git: http.c asks only whether it is there; nodejs.org/api/cli.html; PEP 493 (Python 2.7)
    "GIT_SSL_NO_VERIFY": ("git", lambda value: True),
    "NODE_TLS_REJECT_UNAUTHORIZED": ("Node", lambda value: value == "0"),
    "PYTHONHTTPSVERIFY": ("old Python (2.7)", lambda value: value == "0"),
    "NPM_CONFIG_STRICT_SSL": ("npm", _no),
    "YARN_ENABLE_STRICT_SSL": ("Yarn", _no),  # yarnpkg.com/configuration/yarnrc
    "PIP_TRUSTED_HOST": ("pip", lambda value: bool(value.strip())),
    "UV_INSECURE_HOST": ("uv", lambda value: bool(value.strip())),  # docs.astral.sh/uv
    "CONDA_SSL_VERIFY": ("conda", _no),
    "PERL_LWP_SSL_VERIFY_HOSTNAME": ("Perl's LWP", _no),  # LWP::UserAgent(3pm)
}
_ADDING = {"NODE_EXTRA_CA_CERTS": "Node"}
_ALSO_REPLACING = {
    "NPM_CONFIG_CAFILE": "npm",
    "GIT_SSL_CAPATH": "git",
    "CARGO_HTTP_CAINFO": "Cargo",
    "CONDA_SSL_VERIFY": "conda",
    "YARN_HTTPS_CA_FILE_PATH": "Yarn",
}
_WORDS = {*TRUE, "truststore"}

#: Scripts of the usual shells; only what they export counts for others.
_SCRIPTS = (".profile", ".bash_profile", ".bash_login", ".bashrc", ".zshenv", ".zprofile", ".zshrc")


def find(machine: Machine) -> Iterator[Observation]:
    """What a file sets at log-in is said of the file alone."""
    said: set[tuple[str, str]] = set()
    for setting in _at_log_in(machine):
        name = setting.name.upper()
        said.add((name, setting.value))
        undo = (cut(machine, setting, name), unset(name))
        yield from _judge(machine, name, setting.value, str(setting.path), undo)
    for name, value in machine.environment.items():
        if (_known(name), value) not in said:
            yield from _judge(machine, name, value, "the environment", (unset(name),))


def _judge(
    machine: Machine, name: str, value: str, place: str, undo: tuple[str, ...]
) -> Iterator[Observation]:
    known, setting = _known(name), f"{name}={value}"
    if known in _OFF and _OFF[known][1](value):
        yield switched_off(_OFF[known][0], place, setting, *undo)
        return
    who = REPLACING.get(known) or _ALSO_REPLACING.get(known) or _ADDING.get(known)
    if who is None or not value or value.lower() in _WORDS:
        return
    reach = Reach.BESIDES if known in _ADDING else Reach.ALL
    for path in (expanded(part, machine.home) for part in _split(known, value)):
        yield from replaced(who, place, setting, path, *undo, reach=reach)


def _known(name: str) -> str:
    """Names are compared as the programs do: npm's in any case."""
    return name.upper() if name.lower().startswith("npm_config_") else name


def _split(name: str, value: str) -> list[str]:
    """SSL_CERT_DIR is a list of folders, of which some may be missing."""
    if name != "SSL_CERT_DIR":
        return [value]
    places = [place for place in value.split(os.pathsep) if place]
    return [place for place in places if is_folder(Path(place))] or places[:1]


def _word(value: str) -> str:
    """The first word of a shell's line; empty when it is not whole."""
    try:
        return next(iter(shlex.split(value, comments=True)), "")
    except ValueError:
        return ""


_EXPORT = Syntax(
    re.compile(rb"[ \t]*export[ \t]+([A-Za-z_][A-Za-z0-9_]*)=(.*?)\r?\n?\Z", re.DOTALL), _word
)


def _at_log_in(machine: Machine) -> Iterator[Setting]:
    """environment.d(5), pam_env(8), and the scripts that shells read."""
    plain = [
        machine.etc / "environment",
        *inside(machine.etc / "environment.d", ".conf"),
        *inside(machine.config / "environment.d", ".conf"),
    ]
    scripts = [
        machine.etc / "profile",
        *inside(machine.etc / "profile.d", ".sh"),
        machine.etc / "bash.bashrc",
        *(machine.home / name for name in _SCRIPTS),
    ]
    for path in plain:
        yield from settings(path, ENVIRONMENT)
    for path in scripts:
        yield from settings(path, _EXPORT)

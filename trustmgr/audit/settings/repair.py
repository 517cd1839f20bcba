"""Commands that take a setting back, as they are typed."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import Setting
from trustmgr.text import typed


def command(machine: Machine, path: Path, *words: str) -> str:
    """One that changes this file: with sudo where it is everybody's."""
    if sys.platform == "win32":  # whoever is no administrator is told so by the command
        return typed(words)
    sudo = ["sudo"] if path.is_relative_to(machine.etc) else []
    return shlex.join([*sudo, *words])


def unset(name: str) -> str:
    """Take a variable out of this session; on Windows out of those that every new one gets."""
    if sys.platform == "win32":
        return typed(["reg", "delete", r"HKCU\Environment", "/v", name])
    return f"unset {name}"


def cut(machine: Machine, setting: Setting, word: str) -> str:
    """Take the lines of a setting out, if `word` is still there; the file as it was stays beside it.

    For tools that have no command for it. Links are followed (GNU sed); where there is no such sed the
    file is opened.
    """
    if sys.platform != "linux":
        return edit(machine, setting.path)
    more = "N;" * (setting.lines - 1)
    script = f"{setting.line}{{/{word}/I{{{more}d}}}}"
    words = ("sed", "-i.before", "--follow-symlinks", script, str(setting.path))
    return command(machine, setting.path, *words)


def edit(machine: Machine, path: Path) -> str:
    """Open a file that is no list of lines."""
    if sys.platform == "win32":
        return typed(["notepad", str(path)])
    if path.is_relative_to(machine.etc):
        return shlex.join(["sudoedit", str(path)])
    return f'"${{EDITOR:-vi}}" {shlex.quote(str(path))}'

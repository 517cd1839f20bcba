"""Commands that take a setting back, as they are typed."""

from __future__ import annotations

import shlex
from pathlib import Path

from trustmgr.audit.scene import Machine
from trustmgr.audit.settings.reading import Setting


def command(machine: Machine, path: Path, *words: str) -> str:
    """One that changes this file: with sudo where it is everybody's."""
    sudo = ["sudo"] if path.is_relative_to(machine.etc) else []
    return shlex.join([*sudo, *words])


def cut(machine: Machine, setting: Setting, word: str) -> str:
    """Take the lines of a setting out, if `word` is still there; the file as it was stays beside it.

    For tools that have no command for it. Links are followed (GNU sed).
    """
    more = "N;" * (setting.lines - 1)
    script = f"{setting.line}{{/{word}/I{{{more}d}}}}"
    words = ("sed", "-i.before", "--follow-symlinks", script, str(setting.path))
    return command(machine, setting.path, *words)


def edit(machine: Machine, path: Path) -> str:
    """Open a file that is no list of lines."""
    if path.is_relative_to(machine.etc):
        return shlex.join(["sudoedit", str(path)])
    return f'"${{EDITOR:-vi}}" {shlex.quote(str(path))}'

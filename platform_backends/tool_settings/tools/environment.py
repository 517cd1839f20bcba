"""Tools that are told by a variable, and where each system keeps a user's variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from platform_backends.base import StoreUnavailable
from platform_backends.tool_settings import places
from platform_backends.tool_settings.medium import FILES, Medium
from platform_backends.tool_settings.syntax import ENVIRONMENT, Syntax
from platform_backends.tool_settings.tool import Tool


@dataclass(frozen=True)
class Keeping:
    """Where one variable is kept: what of `Tool` follows from it."""

    read: tuple[Path, ...]
    write: Path
    syntax: Syntax
    medium: Medium = FILES
    counts: str = Tool.counts
    renew: str = Tool.renew


def by_variable(name: str, title: str, variable: str, *, replaces: bool) -> Tool:
    """A tool whose setting is the variable."""
    keeping = _KEEPING.get(sys.platform, _log_in)(name, variable)
    return Tool(
        name=name,
        title=title,
        key=variable,
        syntax=keeping.syntax,
        read=keeping.read,
        write=keeping.write,
        replaces=replaces,
        variable=variable,
        medium=keeping.medium,
        counts=keeping.counts,
        renew=keeping.renew,
    )


def _log_in(name: str, variable: str) -> Keeping:
    """environment.d(5): a file of our own, named so that it is read after the others."""
    user = places.config() / "environment.d"
    ours = user / f"99-trustmgr-{name}.conf"
    return Keeping((places.SYSTEM / "environment.d", user, ours), ours, ENVIRONMENT)


def _shell(name: str, variable: str) -> Keeping:
    """What every zsh reads (zsh(1), "STARTUP/SHUTDOWN FILES"), or what bash reads at log-in (bash(1))."""
    from platform_backends.tool_settings.shells import script

    read = _scripts()
    speaking = [path for path in read if variable.encode() in _text(path)]
    return Keeping(
        read,
        [read[0], *speaking][-1],
        script(variable),
        counts=f"It counts in every new terminal window with {_shells_name()}; programs that are "
        "clicked on do not see it",
        renew="Open a new terminal window.",
    )


def _shells_name() -> str:
    """bash for whoever chose it; zsh, which macOS has for everybody, also for those with another one."""
    return "bash" if Path(os.environ.get("SHELL", "")).name == "bash" else "zsh"


def _scripts() -> tuple[Path, ...]:
    """In the order in which the shell reads them."""
    home = places.home()
    if _shells_name() == "bash":
        names = (".bash_profile", ".bash_login", ".profile")
        return (next((home / n for n in names if (home / n).exists()), home / names[0]),)
    folder = Path(os.environ.get("ZDOTDIR") or home)
    return tuple(folder / name for name in (".zshenv", ".zprofile", ".zshrc", ".zlogin"))


def _text(path: Path) -> bytes:
    try:
        return FILES.text(path)
    except StoreUnavailable:  # the store says so when it reads the file
        return b""


def _registry(name: str, variable: str) -> Keeping:
    """The user's variables count before the machine's."""
    from platform_backends.tool_settings import registry
    from platform_backends.windows import environment

    user = Path(environment.USER, variable)
    return Keeping(
        (Path(environment.MACHINE, variable), user),
        user,
        registry.variable(variable),
        registry.Values(),
        counts="It counts for every program that is started from then on",
        renew="Close the terminal window and open a new one.",
    )


_KEEPING: Mapping[str, Callable[[str, str], Keeping]] = {"darwin": _shell, "win32": _registry}

"""Commands as text for the shell of this system: what we print, people paste."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

#: What neither cmd.exe nor PowerShell takes for anything else.
_PLAIN = re.compile(r"[\w:\\./=+-]+")


def line(words: Sequence[str]) -> str:
    """One command, with quotes where the shell needs them."""
    if sys.platform == "win32":
        return " ".join(map(_for_windows, words))
    import shlex

    return shlex.join(words)


def as_administrator(words: Sequence[str], **variables: str) -> str:
    """One command with an administrator's rights, and with these variables set.

    Windows has no such prefix: there it is a command for a prompt that an administrator has opened.
    """
    if sys.platform == "win32":
        return "".join(f'set "{name}={value}" && ' for name, value in variables.items()) + line(
            words
        )
    settings = [f"{name}={value}" for name, value in variables.items()]
    return line(["sudo", *(["env", *settings] if settings else []), *words])


def _for_windows(word: str) -> str:
    """Backslashes before a quote are doubled: learn.microsoft.com, "Parsing C command-line arguments"."""
    if _PLAIN.fullmatch(word):
        return word
    return '"' + re.sub(r'(\\*)("|$)', lambda m: m[1] * 2 + (m[2] and r"\""), word) + '"'

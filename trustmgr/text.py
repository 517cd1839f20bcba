"""Showing hostile text as inert plain text, and commands as they are typed."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence

#: Unicode general categories that do not print as themselves: controls, formats (bidirectional
#: and zero-width among them), surrogates, private use, unassigned, line and paragraph separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def inert(text: str, limit: int = 300) -> str:
    """`text` with everything invisible shown as ``<U+202E>`` and at most `limit` characters.

    The result is plain: callers must still show it as plain text, never as rich text.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text
    cut = text[:limit]
    shown = "".join(
        f"<U+{ord(c):04X}>"
        if unicodedata.category(c) in _INVISIBLE or (c != " " and unicodedata.category(c) == "Zs")
        else c
        for c in cut
    )
    return shown + ("…" if len(text) > limit else "")


def typed(words: Sequence[str]) -> str:
    """A command as it is typed into this system's console, whatever its words hold."""
    if sys.platform == "win32":
        return " ".join(map(_for_windows, words))
    import shlex

    return shlex.join(words)


def _for_windows(word: str) -> str:
    """In quotes, unless neither cmd.exe nor PowerShell takes any of it for more than it is.

    Backslashes before a quote are doubled: learn.microsoft.com, "Parsing C command-line arguments".
    """
    import re

    if re.fullmatch(r"[\w:\\./=+-]+", word):
        return word
    return '"' + re.sub(r'(\\*)("|$)', lambda m: m[1] * 2 + (m[2] and r"\""), word) + '"'


def listed(names: Sequence[str]) -> str:
    """``a, b and c``; there is one name at least."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

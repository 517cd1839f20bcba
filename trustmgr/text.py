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
        import subprocess

        return subprocess.list2cmdline(words)
    import shlex

    return shlex.join(words)

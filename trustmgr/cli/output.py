"""Writing for people and for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_CODES = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}


def print_json(value: object) -> None:
    """One JSON document on stdout, and nothing else."""
    import json

    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=True) + "\n")


def colours() -> bool:
    """Colour only on a terminal that has not asked for none (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and sys.stdout.isatty()


def paint(text: str, style: str) -> str:
    """`text` in a style of `_CODES` where colour is wanted."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if colours() else text


def width() -> int:
    """Columns to write in: the terminal's, at most 100."""
    import shutil

    return min(shutil.get_terminal_size((100, 24)).columns, 100)


def say(text: str, indent: int = 0) -> None:
    """A paragraph, wrapped; words that are too long (addresses, fingerprints) stay whole."""
    import textwrap

    margin = " " * indent
    for line in text.splitlines() or [""]:
        wrapped = textwrap.fill(
            line,
            width(),
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        )
        sys.stdout.write(wrapped + "\n")


def print_table(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> None:
    """Aligned columns; the last one is not padded."""
    lines = [list(head)] if head else []
    lines += [list(row) for row in rows]
    if not lines:
        return
    widths = [max(len(row[i]) for row in lines) for i in range(len(lines[0]))]
    for number, row in enumerate(lines):
        cells = [cell.ljust(size) for cell, size in zip(row[:-1], widths, strict=False)]
        line = "  ".join([*cells, row[-1]]).rstrip()
        sys.stdout.write((paint(line, "bold") if head and number == 0 else line) + "\n")

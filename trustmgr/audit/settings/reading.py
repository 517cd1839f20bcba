"""Reading settings: small files of other programs, bounded, and what cannot be read is nothing."""

from __future__ import annotations

import os
from pathlib import Path

from trustmgr.errors import UnreadableInput
from trustmgr.probe.bounded_file import read_bounded

_MOST = 1024 * 1024

#: Words by which programs say yes and no.
FALSE = frozenset({"0", "false", "no", "off"})
TRUE = frozenset({"1", "true", "yes", "on"})


def lines(path: Path) -> list[str]:
    """The lines of a text file; none when it is not there."""
    try:
        return read_bounded(str(path), _MOST).decode("utf-8", "replace").splitlines()
    except UnreadableInput:
        return []


def there(path: Path) -> bool:
    """Whether something is there that may be seen (`Path.exists` raises where one may not look)."""
    return os.path.exists(path)  # noqa: PTH110


def is_folder(path: Path) -> bool:
    """Whether it is a folder that may be seen."""
    return os.path.isdir(path)  # noqa: PTH112


def unquoted(value: str) -> str:
    """Without the quotes around it."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def expanded(value: str, home: Path) -> Path:
    """A path as the tools read it: ``~`` and ``${HOME}`` are the home."""
    text = value.replace("${HOME}", str(home)).replace("$HOME", str(home))
    return home / text.removeprefix("~/") if text.startswith("~/") else Path(text)

"""Reading settings: small files of other programs, bounded, and what cannot be read is nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from platform_backends.tool_settings.syntax import Syntax
from trustmgr.errors import UnreadableInput
from trustmgr.probe.bounded_file import read_bounded

_MOST = 1024 * 1024

#: Words by which programs say yes and no.
FALSE = frozenset({"0", "false", "no", "off"})
TRUE = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True)
class Setting:
    """One assignment in a file. `name` is in lower case, `line` counts from 1."""

    path: Path
    name: str  # with its section
    value: str
    text: str  # as it is written
    line: int
    lines: int

    @property
    def key(self) -> str:
        """The name without its section."""
        return self.name.rpartition(".")[2]


def content(path: Path) -> bytes:
    """The bytes of a file; none when it is not there."""
    try:
        return read_bounded(str(path), _MOST)
    except UnreadableInput:
        return b""


def settings(path: Path, syntax: Syntax) -> Iterator[Setting]:
    """The assignments of a file, in order."""
    text = content(path)
    for found in syntax.assignments(text):
        raw = text[found.start : found.end]
        yield Setting(
            path,
            found.name,
            found.value,
            " ".join(raw.decode("utf-8", "replace").split()),
            text.count(b"\n", 0, found.start) + 1,
            len(raw.splitlines()),
        )


def there(path: Path) -> bool:
    """Whether something is there that may be seen (`Path.exists` raises where one may not look)."""
    return os.path.exists(path)  # noqa: PTH110


def is_folder(path: Path) -> bool:
    """Whether it is a folder that may be seen."""
    return os.path.isdir(path)  # noqa: PTH112


def inside(folder: Path, *endings: str) -> list[Path]:
    """The files of a folder with these endings; none when it is not there."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in endings)
    except OSError:
        return []


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

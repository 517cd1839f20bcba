"""TOML: edited line by line as the others are, and held against the standard library's parser."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from typing import Any

from platform_backends.tool_settings.syntax import BOM, Found, Syntax, Unclear, bare

_LINE = re.compile(rb"[ \t]*([^=\s\[\"'][^=\r\n]*?)[ \t]*=(.*?)\r?\n?\Z", re.DOTALL)


@dataclass(frozen=True)
class Toml(Syntax):
    """`wanted`: the one name (``table.key``) that is asked for."""

    wanted: str = ""

    def assignments(self, text: bytes) -> list[Found]:
        """Raises `Unclear` where the parser knows of a value that no line of its own sets."""
        found = super().assignments(text)
        said = _take(_parsed(text), self.wanted)
        lines = [f for f in found if f.name == self.wanted]
        if (said is not None) != bool(lines):
            raise Unclear(f"{self.wanted} is not on a line of its own")
        others = [f for f in found if f.name != self.wanted]
        return [*others, *(replace(f, value=str(said)) for f in lines[-1:])]

    def check(self, text: bytes) -> None:
        """Raises `Unclear` for what is not TOML."""
        _parsed(text)

    def confirm(self, text: bytes, later: bytes, name: str, value: str) -> bool:
        """As the parser sees it."""
        before, after = (_parsed(t) for t in (text, later))
        _take(before, name)
        return _take(after, name) == value and _without_empty(before) == _without_empty(after)


#: For looking alone: each line by itself, without a parser.
LINES = Syntax(_LINE, bare, sections=True)


def toml(wanted: str) -> Toml:
    """The syntax of a file in which this name is looked for."""
    return Toml(_LINE, bare, '{key} = "{value}"', sections=True, unique=True, wanted=wanted)


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix(BOM).decode())
    except ValueError as error:
        raise Unclear("it is not TOML") from error


def _take(document: dict[str, Any], name: str) -> object:
    """The value of ``table.key``, taken out."""
    table, _, key = name.rpartition(".")
    inside = document.get(table)
    return inside.pop(key, None) if isinstance(inside, dict) else None


def _without_empty(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value != {}}

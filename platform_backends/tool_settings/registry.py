"""Variables of Windows as settings: the text of one is its whole value, the type in front of the bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from platform_backends import steps
from platform_backends.base import StoreUnavailable
from platform_backends.tool_settings.syntax import Found, Syntax, Unclear, bare
from platform_backends.windows import environment, values
from platform_backends.windows.values import Raw

_KIND = 4  # bytes of the type, little-endian


class Values:
    """Values of the registry; each is written at once or not at all."""

    def text(self, path: Path) -> bytes:
        """Type and data."""
        try:
            raw = values.read(str(path.parent), path.name)
        except OSError as error:
            why = error.strerror or str(error)
            raise StoreUnavailable(f"{path} cannot be read: {why}", "Ask its owner.") from error
        return b"" if raw is None else raw.kind.to_bytes(_KIND, "little") + raw.data

    def followed(self, path: Path) -> Path:
        """Nothing leads elsewhere."""
        return path

    def is_there(self, path: Path) -> bool:
        """Of whatever type."""
        return bool(self.text(path))

    def missing(self, path: Path) -> tuple[str, ...]:
        """The key is always there."""
        return () if self.is_there(path) else (str(path),)

    def put(self, path: Path, text: bytes) -> None:
        """An empty text is no value."""
        raw = Raw(int.from_bytes(text[:_KIND], "little"), text[_KIND:]) if text else None
        environment.write(str(path.parent), path.name, raw)
        steps.reached(f"written {path.name}")

    def remove(self, path: Path) -> None:
        """The value goes."""
        self.put(path, b"")

    def sweep(self, path: Path) -> None:
        """Nothing is ever half written."""


@dataclass(frozen=True)
class Variable(Syntax):
    """A text that is one assignment, of the variable `variable`."""

    variable: str = ""

    def assignments(self, text: bytes) -> list[Found]:
        """One, or none. Raises `Unclear` for a value that is no text."""
        if not text:
            return []
        said = environment.meaning(Raw(int.from_bytes(text[:_KIND], "little"), text[_KIND:]))
        if said is None:
            raise Unclear(f"{self.variable} is of a type that no variable has")
        return [Found(self.name(self.variable), said, 0, len(text))]

    def written(self, path: Path) -> str:
        """As Windows writes it: nothing is read into a variable."""
        return str(path)

    def line(self, key: str, value: str, end: bytes) -> bytes:
        """The whole value."""
        raw = values.text(value)
        return raw.kind.to_bytes(_KIND, "little") + raw.data

    def kept(self, old: bytes, end: bytes) -> bytes:
        """There is no room for a remark."""
        return b""


def variable(name: str) -> Variable:
    """How one variable is written."""
    return Variable(re.compile(rb""), bare, unsafe="", variable=name)

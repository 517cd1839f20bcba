"""One change of a setting: a few bytes put in place of others, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platform_backends.base import UnsafeFile
from platform_backends.tool_settings.syntax import Syntax, Unclear, newline


@dataclass(frozen=True)
class Edit:
    """`old` became ``lead + head + line``; `head` is a section header of ours."""

    old: bytes
    lead: bytes
    head: bytes
    line: bytes

    @property
    def new(self) -> bytes:
        """What was written."""
        return self.lead + self.head + self.line


def make(syntax: Syntax, text: bytes, key: str, value: Path) -> tuple[bytes, Edit]:
    """`text` with the setting, and how. `key` as people write it.

    Raises `UnsafeFile` for a path that such a file cannot hold, and when the text would not say
    exactly this and everything that it said before.
    """
    path = _plain(syntax, value)
    _require_clear(syntax, text)
    end = newline(text)
    line = syntax.line(key.rpartition(".")[2], path, end)
    name = syntax.name(key)
    found = syntax.last(text, name)
    below = syntax.include or syntax.appended  # what is included below it would count
    if found is not None and not below:
        old = text[found.start : found.end]
        edit = Edit(old, syntax.kept(old, end), b"", line)
        later = text[: found.start] + edit.new + text[found.end :]
    else:
        at, head = syntax.insertion(text, name)
        lead = end if at and not text[:at].endswith(b"\n") else b""
        edit = Edit(b"", lead, head + end if head else b"", line)
        later = text[:at] + edit.new + text[at:]
    _check(syntax, text, later, name, path)
    return later, edit


def take_back(syntax: Syntax, text: bytes, key: str, value: Path, edit: Edit) -> bytes:
    """`text` without the setting. What others wrote since stays; what they made of ours is theirs."""
    if text.count(edit.new) == 1:
        before, after = text.split(edit.new)
        if edit.old:
            return before + edit.old + after
        kept = edit.lead if after else b""  # else two lines would become one
        if edit.head and after.strip() and not after.lstrip().startswith(b"["):
            kept = edit.lead + edit.head  # somebody added to our section
        return before + kept + after
    found = syntax.last(text, syntax.name(key))
    if found is None or found.value != syntax.written(value):
        return text
    return text[: found.start] + edit.old + text[found.end :]


def _require_clear(syntax: Syntax, text: bytes) -> None:
    try:
        syntax.check(text)
    except Unclear as error:
        raise UnsafeFile(
            f"The setting file cannot be changed safely: {error}.",
            "Nothing was changed. Write it in a plain way, one setting to a line.",
        ) from error


def _check(syntax: Syntax, text: bytes, later: bytes, name: str, path: str) -> None:
    found = syntax.last(later, name)
    others = [(f.name, f.value) for f in syntax.assignments(text) if f.name != name]
    kept = [(f.name, f.value) for f in syntax.assignments(later) if f.name != name]
    said = found is not None and found.value == path and others == kept
    if not said or not syntax.confirm(text, later, name, path):
        raise UnsafeFile(
            f"The setting file is written in a way that {name} cannot be set in safely.",
            "Nothing was changed. See how the file ends, and whether a value runs over lines.",
        )


def _plain(syntax: Syntax, value: Path) -> str:
    text = syntax.written(value)
    if not text.isprintable() or text != text.strip() or set(syntax.unsafe) & set(text):
        raise UnsafeFile(
            f"A setting file cannot name {text!r} safely.",
            "Nothing was changed. Name another folder in XDG_DATA_HOME.",
        )
    return text

"""YAML as people write settings in it: one mapping, each key of it at the beginning of a line.

A parser that keeps every byte would be a dependency for one line of one tool. So only what cannot be
misread line by line is edited, and the rest is refused: quotes and brackets that run over lines,
several documents, tabs, keys that are quoted, merged or anything but a word. The tests hold this
against the parser that conda uses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from platform_backends.tool_settings.syntax import BOM, Found, Syntax, Unclear, bare

_KEY = re.compile(rb"([A-Za-z_][A-Za-z0-9_.-]*) *:(?:\s+(.*?))?\s*\Z", re.DOTALL)
#: A string that begins where a value may begin and ends on its line; or a comment.
_CLOSED = re.compile(rb"(?<![^\s\[{,:-])(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')|(?:^|(?<=\s))#.*")
_BREAKS = re.compile(rb"\t|\r(?!\n)|\xc2\x85|\xe2\x80[\xa8\xa9]")
_BLOCK = re.compile(rb"[:-] +[|>][-+0-9]*\Z")
_TAKEN = re.compile(r"[&*!|>\[{%@`?,]|- |[^\"'].*(?:: |:\Z)")
_BELOW = re.compile(rb"(?:[ \r]*(?:#[^\n]*)?\n)*[ -]")
_NULL = ("~", "null")
_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^"'].*?)(?:\s+#.*)?""")


@dataclass(frozen=True)
class Yaml(Syntax):
    """`wanted`: the one key that is asked for; a file without it is not looked at closely."""

    wanted: str = ""

    def assignments(self, text: bytes) -> list[Found]:
        """Raises `Unclear` where the value may be another than it seems."""
        if self.wanted.encode() in text:
            self.check(text)
        found = super().assignments(text)
        if sum(f.name == self.wanted for f in found) > 1:
            raise Unclear(f"it sets {self.wanted} twice")
        return [self._with_value(text, f) if f.name == self.wanted else f for f in found]

    def _with_value(self, text: bytes, found: Found) -> Found:
        if _BELOW.match(text, found.end):
            raise Unclear(f"the value of {self.wanted} goes on below it")
        return replace(found, value=_scalar(found.value))

    def check(self, text: bytes) -> None:
        """Raises `Unclear` for a text that could be misread line by line."""
        if _BREAKS.search(text):
            raise Unclear("it has a tab or an odd line break")
        text = text.removeprefix(BOM)
        begun = marked = False
        line = b""
        for number, line in _outside_blocks(text):
            if line == b"---" and not (begun or marked):
                marked = True
            elif not _is_plain(line, begun=begun):
                raise Unclear(f"line {number} cannot be read by itself")
            else:
                begun = True
        if _BLOCK.search(line) and not text.endswith(b"\n"):
            raise Unclear("its last line is part of a text")


#: For looking alone: each line by itself, without asking whether it could be misread.
LINES = Syntax(_KEY, bare, indented=True)


def yaml(wanted: str) -> Yaml:
    """The syntax of a file in which this key is looked for."""
    return Yaml(_KEY, bare, '{key}: "{value}"', indented=True, wanted=wanted)


def _outside_blocks(text: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines with something on them, but not those of a text in a block; closed strings stand as ``x``."""
    block = -1  # how far the key of the block is indented
    for number, raw in enumerate(text.split(b"\n"), 1):
        line = _CLOSED.sub(lambda m: b"" if m[0].startswith(b"#") else b"x", raw).rstrip()
        indent = len(raw) - len(raw.lstrip(b" "))
        if not raw.strip() or 0 <= block < indent:
            continue
        block = indent if _BLOCK.search(line) else -1
        if line:
            yield number, raw[:1] + line[1:]  # a key in quotes is no word


def _is_plain(line: bytes, *, begun: bool) -> bool:
    """Whether a line ends all that it begins, and stands in a mapping whose keys are not indented."""
    listed = line.lstrip().startswith(b"-")
    if (listed and _BLOCK.search(line)) or not _is_closed(line):
        return False
    if line.startswith(b" ") or (listed and line[1:2] in (b"", b" ")):
        return begun
    return _KEY.match(line) is not None


def _is_closed(line: bytes) -> bool:
    """No quotes are left open, and brackets are closed in order."""
    depth = 0
    for byte in line:
        depth += (byte in b"[{") - (byte in b"]}")
        if depth < 0 or byte in b"\"'":
            return False
    return depth == 0


def _scalar(value: str) -> str:
    """One line: plain, or in quotes. Raises `Unclear` for anything else."""
    one_line = "\n" not in value
    if one_line and (not value or value.startswith("#")):
        return ""
    found = _STRING.fullmatch(value)
    if not one_line or found is None or _TAKEN.match(found[1]):
        raise Unclear("the value is not on one line by itself")
    text = found[1]
    if text.startswith('"'):
        try:
            return str(json.loads(text))
        except ValueError as error:
            raise Unclear("the value has an odd escape in it") from error
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return "" if text.lower() in _NULL else text

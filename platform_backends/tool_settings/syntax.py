"""How setting files are written: assignments found with their place in the bytes, nothing lost.

One reader for them all; what differs is in the fields of `Syntax`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADER = re.compile(rb'[ \t]*\[([^\]"]*?)(?:[ \t]+"((?:[^"\\]|\\.)*)")?\][ \t]*')
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
#: The mark that some editors put before UTF-8.
BOM = b"\xef\xbb\xbf"
_COMMENT = (b"#", b";")
_KEPT = b"# before Trust Manager: "


class Unclear(Exception):
    """Why a text cannot be read or changed safely: the end of a sentence, without its stop."""


@dataclass(frozen=True)
class Found:
    """One assignment: its name (``section.key``, lower case), its value, and its lines in the file."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Syntax:
    """`split` takes key and value out of a line; `read` takes quotes and comments off a value."""

    split: re.Pattern[bytes]
    read: Callable[[str], str]
    write: str = "{key} = {value}"
    sections: bool = False
    backslash: bool = False  # at the end of a line: the next one belongs to it
    indented: bool = False  # a line that begins with space belongs to the one before
    unique: bool = False  # a section or key that stands twice is an error
    include: str = ""  # the name whose value is another setting file, read at that place
    ignored: str = ""  # characters that do not count in keys
    unsafe: str = "\"'\\$;#%`"  # characters that a value may not have: they may mean something else
    appended: bool = False  # other lines may decide what one says: ours goes to the end

    def assignments(self, text: bytes) -> list[Found]:
        """Every assignment, in order."""
        section, found = "", []
        for start, end in self._lines(text):
            line = text[start:end].removeprefix(BOM if start == 0 else b"")
            header = _HEADER.match(line) if self.sections else None
            if header is not None:
                section = _section(header)
                line = line[header.end() :]
            commented = line.lstrip().startswith(_COMMENT)
            if not commented and (match := self.split.match(line)) is not None:
                name = f"{section}.{self.name(_text(match[1]))}".lstrip(".")
                raw = _text((match[2] or b"").strip())
                found.append(Found(name, self.read(raw), start, end))
        return found

    def check(self, text: bytes) -> None:
        """Raises `Unclear` for a text in which nothing can be changed safely."""

    def written(self, path: Path) -> str:
        """A file as a value names it. With slashes also on Windows: a backslash may begin an escape."""
        return path.as_posix()

    def line(self, key: str, value: str, end: bytes) -> bytes:
        """The assignment. `key` without its section."""
        return self.write.format(key=key, value=value).encode() + end

    def kept(self, old: bytes, end: bytes) -> bytes:
        """What stands before ours in place of an assignment of somebody else's, and tells of it."""
        lines = b"".join(_KEPT + part for part in old.splitlines(keepends=True))
        return lines if lines.endswith(b"\n") else lines + end

    def confirm(self, text: bytes, later: bytes, name: str, value: str) -> bool:
        """Whether a parser of the format says that nothing but this setting has changed."""
        return True

    def last(self, text: bytes, name: str) -> Found | None:
        """The assignment that counts."""
        return next((f for f in reversed(self.assignments(text)) if f.name == name), None)

    def insertion(self, text: bytes, name: str) -> tuple[int, bytes]:
        """Where an assignment that is not there yet goes, and the section header that it needs."""
        section = name.rpartition(".")[0]
        if not section:
            in_section = self.sections and any(self._headers(text))
            return (_begin(text) if in_section else len(text)), b""
        if self.unique:
            for end, title in self._headers(text):
                if title == section:
                    return end, b""
        title, _, sub = section.partition(".")
        return len(text), (f'[{title} "{sub}"]' if sub else f"[{title}]").encode()

    def _headers(self, text: bytes) -> Iterator[tuple[int, str]]:
        for start, end in self._lines(text):
            line = text[start:end].removeprefix(BOM if start == 0 else b"")
            if (header := _HEADER.match(line)) is not None:
                yield end, _section(header)

    def _lines(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Where each logical line begins and ends."""
        lines = _LINE.findall(text)
        start = end = 0
        for line, after in zip(lines, [*lines[1:], b""], strict=False):
            end += len(line)
            comment = start + len(line) == end and line.lstrip().startswith(_COMMENT)
            more = self.backslash and line.rstrip(b"\r\n").endswith(b"\\") and not comment
            if not more and not (self.indented and line.strip() and _is_indented(after)):
                yield start, end
                start = end
        if start < end:  # the last line promised another one
            yield start, end

    def name(self, key: str) -> str:
        """A key as it is compared."""
        return key.lower().translate({ord(character): None for character in self.ignored})


def newline(text: bytes) -> bytes:
    """How lines end in this file."""
    return b"\r\n" if re.search(rb"\r\n", text.partition(b"\n")[0] + b"\n") else b"\n"


def bare(value: str) -> str:
    """The value as it stands."""
    return value


def quoted(value: str) -> str:
    """Without double quotes, backslashes before a character, and a comment at the end."""
    out, inside, escaped = [], False, False
    for character in value:
        if escaped:
            out.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"':
            inside = not inside
        elif character in "#;" and not inside:
            break
        else:
            out.append(character)
    return "".join(out).strip()


def _section(header: re.Match[bytes]) -> str:
    name = _text(header[1]).strip().lower()
    return f"{name}.{_text(header[2])}" if header[2] is not None else name


def _begin(text: bytes) -> int:
    return len(BOM) if text.startswith(BOM) else 0


def _is_indented(after: bytes) -> bool:
    indented = after[:1] in (b" ", b"\t") and bool(after.strip())
    return indented and not after.lstrip().startswith(_COMMENT)


_EQUALS = re.compile(rb"[ \t]*([^=\s\[][^=\r\n]*?)[ \t]*(?:=(.*))?\r?\n?\Z", re.DOTALL)

#: git-config(1), "Syntax".
GIT = Syntax(
    _EQUALS, quoted, '\t{key} = "{value}"', sections=True, backslash=True, include="include.path"
)
#: Python's configparser, as pip uses it.
PIP = Syntax(
    re.compile(rb"[ \t]*([^=:\s\[][^=:\r\n]*?)[ \t]*(?:[=:](.*))?\r?\n?\Z", re.DOTALL),
    bare,
    sections=True,
    indented=True,
    unique=True,
)
#: The package `ini` of npm.
NPM = Syntax(_EQUALS, quoted, "{key}={value}", sections=True)
#: curl(1), "--config": two dashes may stand before, and ``=``, ``:`` or space between.
CURL = Syntax(
    re.compile(
        rb"[ \t]*(?:--?)?([A-Za-z0-9][A-Za-z0-9.-]*)(?:[ \t]*[=:][ \t]*|[ \t]+)?(.*?)\r?\n?\Z",
        re.DOTALL,
    ),
    quoted,
    '{key} = "{value}"',
)
#: The manual of Wget, "Wgetrc Syntax": case, ``-`` and ``_`` do not count in names.
WGET = Syntax(_EQUALS, bare, ignored="-_")
#: environment.d(5).
ENVIRONMENT = Syntax(_EQUALS, quoted, '{key}="{value}"', backslash=True)


def _text(written: bytes) -> str:
    """As Python names files: what is no UTF-8 comes back as it was (PEP 383)."""
    return written.decode("utf-8", "surrogateescape")

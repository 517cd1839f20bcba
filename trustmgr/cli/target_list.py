"""The targets that `trustmgr inspect` is asked about: words, and the lines of ``--targets FILE``."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from trustmgr.errors import TrustManagerError, UnreadableInput, UsageError
from trustmgr.target import Target
from trustmgr.text import inert

#: A target, or why a text is none.
Asked = Target | TrustManagerError
Parse = Callable[[str], Target]

_STDIN = "-"
#: A comment begins a line or follows a space: a # inside an address begins its fragment.
_COMMENT = re.compile(r"(?:^|\s)#.*")


def from_words(texts: Sequence[str], parse: Parse) -> list[Asked]:
    """Files that follow each other are one target: leaf, then intermediates.

    Raises `UnreadableInput` when one of them is not there and nothing but files is named.
    """
    from trustmgr.probe.targets import merge_files

    asked: list[Asked] = []
    together: list[Target] = []  # what may be one target, as nothing else stands in between
    for one in (_parsed(text, parse, "") for text in texts):
        if isinstance(one, TrustManagerError):
            asked += [*merge_files(together), one]
            together = []
        else:
            together.append(one)
    asked += merge_files(together)
    wrong = [one for one in asked if isinstance(one, TrustManagerError)]
    if wrong and not any(isinstance(one, Target) and not one.is_file for one in asked):
        raise wrong[0]
    return asked


def from_file(path: str, parse: Parse) -> list[Asked]:
    """One target a line, each by itself; ``-`` is standard input. Raises `UnreadableInput`."""
    from trustmgr.probe.bounded_file import MOST, read_bounded

    name = "The standard input" if path == _STDIN else inert(path)
    data = _bounded(sys.stdin.buffer, MOST) if path == _STDIN else read_bounded(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"{name} is no text in UTF-8.", "Write one target a line.") from error
    asked = [_parsed(line, parse, f"{name}, line {number}: ") for number, line in _lines(text)]
    if not asked:
        raise UsageError(f"{name} names no target.", "Write one target a line.")
    return asked


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if wanted := _COMMENT.sub("", line).strip():
            yield number, wanted


def _parsed(text: str, parse: Parse, where: str) -> Asked:
    try:
        return parse(text)
    except TrustManagerError as error:
        return type(error)(where + error.sentence, error.next_step)


def _bounded(file: BinaryIO, most: int) -> bytes:
    data = file.read(most + 1)
    if len(data) > most:
        raise UnreadableInput("The standard input is too long to be a list of targets.")
    return data

"""JSON (RFC 8259) with the places of its parts, so that one part can change and every other byte stays."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Item:
    """One element of an array or member of an object: `key` ("" in arrays), and where it stands.

    `start` is where the whole of it begins, `value` where its value does, `end` where both end.
    """

    key: str
    start: int
    value: int
    end: int


def begin(text: str) -> int:
    """Where the document's value begins. Raises ``ValueError`` unless it is one JSON document."""
    start = _past_space(text, 0)
    _, end = _DECODER.raw_decode(text, start)
    if _past_space(text, end) != len(text):
        raise ValueError("something follows the end")
    return start


def items(text: str, container: int) -> list[Item]:
    """The items of the array or object that begins at `container`; the text is known to be JSON."""
    is_object = text[container] == "{"
    found: list[Item] = []
    at = _past_space(text, container + 1)
    while text[at] not in "]}":
        start, key, value = at, "", at
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            value = _past_space(text, _past_space(text, at) + 1)  # past the colon
        _, end = _DECODER.raw_decode(text, value)
        found.append(Item(key, start, value, end))
        at = _past_space(text, end)
        if text[at] == ",":
            at = _past_space(text, at + 1)
    return found


def with_last(text: str, container: int, item: str) -> str:
    """`text` with one more item at the end of a container, set apart as its first one is."""
    there = items(text, container)
    if not there:
        return f"{text[: container + 1]}{item}{text[container + 1 :]}"
    space = text[container + 1 : there[0].start] or " "
    at = there[-1].end
    return f"{text[:at]},{space}{item}{text[at:]}"


def without(text: str, container: int, index: int) -> str:
    """`text` less one item: exactly what it was before `with_last`, if that put it there."""
    there = items(text, container)
    gone = there[index]
    if index > 0:
        return text[: there[index - 1].end] + text[gone.end :]
    if len(there) > 1:
        return text[: gone.start] + text[there[1].start :]
    return text[: gone.start] + text[gone.end :]


def _past_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at

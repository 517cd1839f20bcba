"""The messages that are known: resources/knowledge/messages, alerts.toml and verify_errors.toml.

Fields of a [[message]]: `match` holds plain fragments, any of which is enough; `regex` is for what
fragments cannot say (bounded repetitions only); `also_any` narrows: one of these must stand in
the text as well. `certain`, `likely` and `possible` list causes, most frequent first; "@name"
stands for a list of groups.toml. `level` says how much the message tells, see `Level`. `client` and
`note` (a sentence for the advice) are optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any

import resources
from trustmgr.explain.codes import spellings
from trustmgr.explain.normal import folded

#: Files of messages that have a number and a name -> what one is called there.
_NUMBERED = {"alerts.toml": "alert", "verify_errors.toml": "error"}


class Confidence(StrEnum):
    """How surely a message means a cause."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Level(IntEnum):
    """How much a message tells: of several in one text, only those of the highest level count."""

    WRAPPER = 0  # something failed
    BROAD = 1  # a family of causes
    KIND = 2  # what was found wrong, in the words of a client that nobody has written down
    EXACT = 3  # what was found wrong
    OVERRIDE = 4  # a look-alike that must never be taken for TLS


@dataclass(frozen=True)
class Entry:
    """One known message."""

    fragments: tuple[str, ...]
    regex: re.Pattern[str] | None
    also_any: tuple[str, ...]
    level: Level
    causes: tuple[tuple[str, Confidence], ...]
    client: str | None
    note: str


@cache
def entries() -> tuple[Entry, ...]:
    """All known messages."""
    return tuple(_all())


def _all() -> Iterator[Entry]:
    for name in resources.names("knowledge/messages"):
        table = resources.table("knowledge", "messages", f"{name}.toml")
        for message in table["message"]:
            yield _entry(message, message.get("match", ()), table.get("client"))
    for file, kind in _NUMBERED.items():
        table = resources.table("knowledge", file)
        for message in table[kind]:
            named = [t.format(**_spellings(message)) for t in table["templates"]]
            yield _entry(message, [*named, *message.get("match", ())], None)


def _spellings(message: Mapping[str, Any]) -> dict[str, str]:
    number, name = message["number"], message["name"]
    return {
        "number": str(number),
        "name": name,
        "camel": name.title().replace(" ", ""),
        "hex": f"{1000 + number:03x}",
    }


def _entry(message: Mapping[str, Any], match: Sequence[str], client: str | None) -> Entry:
    regex = message.get("regex")
    named = [folded(fragment) for fragment in match]
    return Entry(
        fragments=(*named, *(other for one in named for other in spellings(one))),
        regex=re.compile(regex) if regex else None,
        also_any=tuple(folded(fragment) for fragment in message.get("also_any", ())),
        level=Level[message.get("level", "exact").upper()],
        causes=tuple(_causes(message)),
        client=message.get("client", client),
        note=message.get("note", ""),
    )


def _causes(message: Mapping[str, Any]) -> Iterator[tuple[str, Confidence]]:
    seen = set()
    for confidence in Confidence:
        for name in message.get(confidence.value, ()):
            for cause in _group(name):
                if cause not in seen:
                    seen.add(cause)
                    yield cause, confidence


def _group(name: str) -> Sequence[str]:
    if not name.startswith("@"):
        return (name,)
    group: list[str] = resources.table("knowledge", "groups.toml")[name[1:]]
    return group

"""How clients differ: resources/knowledge/policies, read when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import resources

#: The files, named because listing a folder of a package costs more than reading them.
FILES = ("openssl", "gnutls", "languages", "browsers", "apple", "microsoft")
_EVERY = "every"


@dataclass(frozen=True)
class Answer:
    """What a client does about one point; `accepts` None: cannot tell. `source`: how it is known."""

    accepts: bool | None
    why: str
    source: str


@dataclass(frozen=True)
class Client:
    """One client's policies. `stores` are ids of stores, with a star at the end for a family;
    `instead` those that replace them, `also` those that are read besides. `each`: several may be here, each with a store of its own.
    `built_in` names the list of authorities that it brings along."""

    id: str
    title: str
    stores: tuple[str, ...]
    instead: tuple[str, ...]
    also: tuple[str, ...]
    each: bool
    built_in: str
    stores_source: str
    answers: Mapping[str, Answer]

    def answer(self, point: str) -> Answer | None:
        """What it does about ``cause.part``, or else about ``cause``."""
        return self.answers.get(point) or self.answers.get(point.partition(".")[0])


@cache
def clients() -> tuple[Client, ...]:
    """Every client, in the order of the files."""
    every = _answers(resources.table("knowledge", "policies", "common.toml")[_EVERY])
    found: dict[str, Client] = {}
    for name in FILES:
        for identity, table in resources.table("knowledge", "policies", f"{name}.toml").items():
            like = found[table["like"]].answers if "like" in table else every
            found[identity] = _client(identity, table, {**like, **_answers(table)})
    return tuple(found.values())


def _client(identity: str, table: Mapping[str, Any], answers: Mapping[str, Answer]) -> Client:
    return Client(
        id=identity,
        title=table["title"],
        stores=tuple(table["stores"]),
        instead=tuple(table.get("instead", ())),
        also=tuple(table.get("also", ())),
        each=table.get("each", False),
        built_in=table.get("built_in", ""),
        stores_source=table["stores_source"],
        answers=answers,
    )


def _answers(table: Mapping[str, Any]) -> dict[str, Answer]:
    return {
        point: Answer(_ACCEPTS[value["accepts"]], value["why"], value["source"])
        for point, value in table.items()
        if isinstance(value, dict)
    }


_ACCEPTS: Mapping[bool | str, bool | None] = {True: True, False: False, "unknown": None}

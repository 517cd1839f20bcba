"""Saved evidence: JSON that gives the same findings on any machine.

``{"format": "trustmgr-evidence", "version": 1, "evidence": {...}}``. The fields are those of the
dataclasses in `trustmgr.evidence`; bytes are base64, moments RFC 3339 in UTC. A saved file is as hostile
as any other: every value is checked against the type of its field.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from trustmgr.errors import UnreadableInput
from trustmgr.evidence import Evidence

VERSION = 1
_FORMAT = "trustmgr-evidence"
#: Characters of a whole file: some revocation lists of ten million bytes.
MOST = 64 * 1024 * 1024
#: Elements in one list; real evidence has a few hundred at most.
_MOST_ELEMENTS = 10_000
_MARK = re.compile(rb'[\xef\xbb\xbf\s]*\{\s*"format"\s*:\s*"trustmgr-evidence"')


def looks_like_evidence(data: bytes) -> bool:
    """Whether a file that begins so is meant to be saved evidence."""
    return _MARK.match(data[:1024]) is not None


def dump(evidence: Evidence) -> str:
    """The text of an evidence file; it ends with a line break."""
    document = {"format": _FORMAT, "version": VERSION, "evidence": _encode(evidence)}
    return json.dumps(document, indent=1) + "\n"


def load(text: str) -> Evidence:
    """The evidence in a text from `dump`. Raises `UnreadableInput` for anything else."""
    if len(text) > MOST:
        raise UnreadableInput("This evidence file is too big.")
    try:
        document = json.loads(text.removeprefix("\ufeff"))
        _expect(isinstance(document, dict) and document.get("format") == _FORMAT, "not evidence")
        if document.get("version") != VERSION:
            raise UnreadableInput(
                "This evidence was saved by another version of the program.",
                "Open it with a newer version.",
            )
        evidence = _decode(document.get("evidence"), Evidence, "evidence")
    except (ValueError, RecursionError, OverflowError) as error:
        words = "" if isinstance(error, RecursionError | json.JSONDecodeError) else f": {error}"
        raise UnreadableInput(f"This evidence file is damaged{words}.", "Save it again.") from error
    assert isinstance(evidence, Evidence)  # noqa: S101 -- what `_decode` gives for this type
    return evidence


def _encode(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _encode(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value


def _decode(value: Any, kind: Any, where: str) -> Any:
    """`value` as the annotated type `kind`. Raises ``ValueError`` naming the place."""
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        if value is None and type(None) in arguments:
            return None
        (kind,) = (argument for argument in arguments if argument is not type(None))
        return _decode(value, kind, where)
    if typing.get_origin(kind) is tuple:
        return _decode_tuple(value, arguments, where)
    if dataclasses.is_dataclass(kind):
        return _decode_fields(value, kind, where)
    return _decode_plain(value, kind, where)


def _decode_tuple(value: Any, arguments: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    _expect(isinstance(value, list) and len(value) <= _MOST_ELEMENTS, where)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_decode(item, arguments[0], where) for item in value)
    _expect(len(value) == len(arguments), where)
    return tuple(_decode(item, kind, where) for item, kind in zip(value, arguments, strict=True))


def _decode_fields(value: Any, kind: Any, where: str) -> Any:
    _expect(isinstance(value, dict), where)
    hints = typing.get_type_hints(kind)
    return kind(
        **{
            field.name: _decode(value[field.name], hints[field.name], f"{where}.{field.name}")
            for field in dataclasses.fields(kind)
            if field.name in value or _needed(field, where)
        }
    )


def _needed(field: dataclasses.Field[Any], where: str) -> bool:
    missing = dataclasses.MISSING
    _expect(
        field.default is not missing or field.default_factory is not missing,
        f"{where}.{field.name} is missing",
    )
    return False


def _decode_plain(value: Any, kind: Any, where: str) -> Any:
    if kind in (bool, int):
        _expect(type(value) is kind, where)
        return value
    _expect(isinstance(value, str), where)
    if kind is str:
        _expect(value.encode("utf-8", "replace").decode("utf-8") == value, where)  # no surrogates
        return value
    try:
        if kind is bytes:
            return b64decode(value, validate=True)
        if kind is datetime:
            moment = datetime.fromisoformat(value)
            _expect(moment.tzinfo is not None, where)
            return moment.astimezone(UTC)
        return kind(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(where) from error


def _expect(condition: bool, where: str) -> None:
    if not condition:
        raise ValueError(where)

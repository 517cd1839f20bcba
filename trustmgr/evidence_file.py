"""Saved evidence: JSON that gives the same findings on any machine.

``{"format": "trustmgr-evidence", "version": 2, "evidence": {...}}``. The fields are those of the
dataclasses in `trustmgr.evidence`; bytes are base64, moments RFC 3339 in UTC. A saved file is as hostile
as any other: every value is checked against the type of its field. Version 2 added fields that have
defaults, so files of version 1 still load.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from enum import Enum

from trustmgr.errors import UnreadableInput
from trustmgr.evidence import Evidence
from trustmgr.text import inert

VERSION = 2
_READABLE = (1, 2)
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
    import json

    document = {"format": _FORMAT, "version": VERSION, "evidence": _encode(evidence)}
    return json.dumps(document, indent=1) + "\n"


def load(text: str) -> Evidence:
    """The evidence in a text from `dump`. Raises `UnreadableInput` for anything else."""
    import json

    if len(text) > MOST:
        raise UnreadableInput("This evidence file is too big.")
    try:
        document = json.loads(text.removeprefix("\ufeff"))
        _check_version(document)
        evidence = _decode(document.get("evidence"), Evidence, "evidence")
    except (ValueError, RecursionError, OverflowError) as error:
        words = f": {inert(str(error))}" if type(error) is ValueError else ""
        raise UnreadableInput(f"This evidence file is damaged{words}.", "Save it again.") from error
    assert isinstance(evidence, Evidence)  # noqa: S101 -- what `_decode` gives for this type
    return evidence


def _check_version(document: object) -> None:
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise ValueError("it is no evidence")
    version = document.get("version")
    if type(version) is not int or version not in _READABLE:
        raise UnreadableInput(
            "This evidence was saved by another version of the program.",
            "Open it with a newer version.",
        )


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


def _decode(value: object, kind: object, where: str) -> object:
    """`value` as the annotated type `kind`. Raises ``ValueError`` naming the place."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in arguments:
            return None
        (kind,) = (argument for argument in arguments if argument is not type(None))
        return _decode(value, kind, where)
    if origin is tuple:
        return _decode_tuple(value, arguments, where)
    if not isinstance(kind, type):
        raise TypeError(f"{where}: no codec for {kind}")
    if dataclasses.is_dataclass(kind):
        return _decode_fields(value, kind, where)
    return _decode_plain(value, kind, where)


def _decode_tuple(value: object, arguments: tuple[object, ...], where: str) -> tuple[object, ...]:
    if not isinstance(value, list) or len(value) > _MOST_ELEMENTS:
        raise ValueError(where)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        arguments = (arguments[0],) * len(value)
    if len(value) != len(arguments):
        raise ValueError(where)
    return tuple(_decode(item, kind, where) for item, kind in zip(value, arguments, strict=True))


def _decode_fields(value: object, kind: type, where: str) -> object:
    if not isinstance(value, dict):
        raise ValueError(where)  # noqa: TRY004 -- wrong contents of a file, not a wrong call
    hints = typing.get_type_hints(kind)
    decoded = {}
    for field in dataclasses.fields(kind):
        place = f"{where}.{field.name}"
        if field.name in value:
            decoded[field.name] = _decode(value[field.name], hints[field.name], place)
        elif field.default is field.default_factory is dataclasses.MISSING:
            raise ValueError(f"{place} is missing")
    return kind(**decoded)


def _decode_plain(value: object, kind: type, where: str) -> object:
    if kind in (bool, int):
        if type(value) is not kind:
            raise ValueError(where)
        return value
    if not isinstance(value, str):
        raise ValueError(where)  # noqa: TRY004 -- wrong contents of a file, not a wrong call
    try:
        if kind is str:
            value.encode("utf-8")  # a lone surrogate could never be shown
            return value
        if kind is bytes:
            return b64decode(value, validate=True)
        if kind is datetime:
            return _moment(value)
        return kind(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(where) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment.astimezone(UTC)

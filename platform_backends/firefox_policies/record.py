"""What we made around our entries, on disk before it is made: it goes with the last of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from platform_backends import files, rights
from platform_backends.firefox_policies import layout

_NAME = "record.json"


@dataclass(frozen=True)
class Record:
    """`made`: levels of policies.json, as `document` counts them. `folders`: outermost first."""

    made: int
    folders: tuple[str, ...]


def prepare() -> None:
    """Make the folder. Raises ``OSError``, and `UnsafeFile` when it is not the administrator's alone."""
    rights.own_folder(layout.RECORDS)


def write(record: Record) -> None:
    """Keep it. Raises ``OSError``."""
    files.replace(layout.RECORDS / _NAME, json.dumps(asdict(record)).encode(), 0o600)


def read() -> Record | None:
    """What is kept; None when there is nothing, or it is damaged."""
    try:
        data = json.loads(files.read_bounded(layout.RECORDS / _NAME, layout.LIMIT, follow=False))
        return Record(int(data["made"]), tuple(str(one) for one in data["folders"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget() -> None:
    """Nothing of ours is left."""
    files.remove(layout.RECORDS / _NAME)

"""What we made around our entries, on disk before it is made: it goes with the last of them."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, dataclass

from platform_backends import files
from platform_backends.base import UnsafeFile
from platform_backends.firefox_policies import layout

_NAME = "record.json"


@dataclass(frozen=True)
class Record:
    """`made`: levels of policies.json, as `document` counts them. `folders`: outermost first."""

    made: int
    folders: tuple[str, ...]


def prepare() -> None:
    """Make the folder. Raises ``OSError``, and `UnsafeFile` when it is not the administrator's alone."""
    layout.RECORDS.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (layout.RECORDS, layout.RECORDS.parent):
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            raise UnsafeFile(f"{folder} is not a folder of the administrator's.", "Remove it.")
        if status.st_mode & 0o022:
            folder.chmod(0o755)


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

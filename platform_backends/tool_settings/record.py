"""What is kept on disk about one tool: which certificates are ours, and how its setting was before.

``record.json`` holds while nothing goes on; ``adding.json`` or ``removing.json`` is written before a
change begins and becomes the record by a rename, which needs no room on the disk.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from platform_backends import files, steps
from platform_backends.base import StoreUnavailable, UnsafeFile
from platform_backends.tool_settings.edit import Edit

_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True)
class Record:
    """`base` is what the bundle starts from: a file, or empty for nothing."""

    added: tuple[bytes, ...]  # DER
    base: str
    base_sha256: str
    setting: str  # the file
    edit: Edit
    created: tuple[str, ...]  # the setting file and folders that were not there, innermost first

    def to_bytes(self) -> bytes:
        """JSON; bytes as Latin-1 or hexadecimal."""
        data = asdict(self) | {"added": [der.hex() for der in self.added]}
        data["edit"] = {k: v.decode("latin-1") for k, v in asdict(self.edit).items()}
        return json.dumps(data).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Record:
        """The reverse. Raises ``ValueError``, ``KeyError`` or ``TypeError`` on anything else."""
        data = json.loads(text)
        data["edit"] = Edit(**{k: v.encode("latin-1") for k, v in data["edit"].items()})
        data["added"] = tuple(bytes.fromhex(der) for der in data["added"])
        data["created"] = tuple(data["created"])
        return cls(**data)


class Records:
    """The files in the folder of one tool."""

    def __init__(self, folder: Path) -> None:
        self._record = folder / "record.json"
        self._adding = folder / "adding.json"
        self._removing = folder / "removing.json"

    def current(self) -> Record | None:
        """What holds."""
        return _read(self._record)

    def adding(self) -> Record | None:
        """A change that gives trust, interrupted by a kill."""
        return _read(self._adding)

    def removing(self) -> Record | None:
        """A change that takes trust away, interrupted by a kill."""
        return _read(self._removing)

    def begin(self, record: Record, *, removing: bool) -> None:
        """A change is about to begin."""
        files.replace(self._removing if removing else self._adding, record.to_bytes(), 0o600)

    def commit(self) -> None:
        """It is done."""
        pending = self._adding if self._adding.exists() else self._removing
        pending.replace(self._record)
        steps.reached("committed")
        files.sync_folder(self._record.parent)

    def give_up(self) -> None:
        """It is taken back."""
        files.remove(self._adding)
        files.remove(self._removing)

    def forget(self) -> None:
        """Nothing of ours is left. The record goes first: a kill between still finds the change."""
        files.remove(self._record)
        self.give_up()


def _read(path: Path) -> Record | None:
    try:
        return Record.from_bytes(files.read_bounded(path, _LIMIT, follow=False))
    except FileNotFoundError:
        return None
    except (OSError, UnsafeFile, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreUnavailable(
            f"{path}, in which this program remembers its changes, cannot be read.",
            "Move it away: what it tells of earlier changes is lost then.",
        ) from error

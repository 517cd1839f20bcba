"""What is on disk while a change runs and after it: enough to take it back exactly.

One file for each change below /var/lib/trustmgr (root alone may read it). ``doing-<mark>.gz`` is
a change that runs now, or that a kill interrupted; renaming it to its own name is the moment at
which a change counts as done. The mark is also the name of an empty file in the store for as long: so a record is only ever used on the store that it is about, also where containers or mount
namespaces with another /etc/ssl share one /var/lib.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

from platform_backends import files, rights, steps
from platform_backends.system_store.tree import Image, Node

#: How many records of finished changes are kept; the oldest go first.
KEEP = 16


@dataclass(frozen=True)
class Source:
    """A file that a change writes or takes away: before and after (None: not there)."""

    before: bytes | None
    after: bytes | None
    mode: int = 0o644
    uid: int = 0
    gid: int = 0


@dataclass(frozen=True)
class Record:
    """One change. `inputs`: hash of everything that the family's command reads, before it."""

    operation: str
    sha256: str
    sources: dict[str, Source]
    inputs: str
    image: Image | None
    mark: str  # name of the file in the store that stands for this change
    after: str = ""  # digest of the image when the change was done
    written: int = 0  # when the bundle was written then (st_mtime_ns): which store this is about

    @property
    def name(self) -> str:
        """File name once done."""
        return f"{self.operation}-{self.sha256}-{self.written}-{self.after[:16]}.gz"


@dataclass(frozen=True)
class Records:
    """The records of one family, in a folder that is root's alone."""

    folder: Path

    def prepare(self) -> None:
        """Make the folder. Raises ``OSError``, and `UnsafeFile` when it is not root's alone."""
        rights.own_folder(self.folder)

    def begin(self, record: Record) -> None:
        """From here on a kill is noticed: the next change takes this one back first."""
        _write(self._doing(record.mark), record)

    def interrupted(self, mark: str) -> Record | None:
        """The change with this mark, if a kill interrupted it."""
        return _read(self._doing(mark))

    def complete(self, record: Record) -> Record:
        """Add what an exact undo needs: what the store was when the change was done."""
        _write(self._doing(record.mark), record)
        steps.reached("record completed")
        return record

    def finish(self, record: Record) -> None:
        """The change is done; its record is kept."""
        self._doing(record.mark).replace(self.folder / record.name)
        files.sync_folder(self.folder)
        steps.reached("record finished")

    def taken_back(self, mark: str) -> None:
        """The interrupted change has been taken back."""
        self._doing(mark).unlink(missing_ok=True)
        files.sync_folder(self.folder)

    def done(self, operation: str, sha256: str, written: int) -> Record | None:
        """The kept record of such a finished change: the one about the store whose bundle was
        `written` at that time, else the newest."""
        found = self._newest_last(f"{operation}-{sha256}-*.gz")
        found.sort(key=lambda path: f"-{written}-" in path.name)
        return _read(found[-1]) if found else None

    def forget(self, record: Record) -> None:
        """A finished change has been undone."""
        with contextlib.suppress(OSError):
            (self.folder / record.name).unlink(missing_ok=True)

    def prune(self) -> None:
        """Keep the newest records only: of finished changes, and of those that a kill interrupted in
        a store that was never seen again."""
        with contextlib.suppress(OSError):
            left = self._newest_last("doing-*.gz")
            finished = [path for path in self._newest_last("*-*.gz") if path not in left]
            for path in (*left[:-KEEP], *finished[:-KEEP]):
                path.unlink(missing_ok=True)

    def _newest_last(self, pattern: str) -> list[Path]:
        return sorted(self.folder.glob(pattern), key=lambda path: path.stat().st_mtime_ns)

    def _doing(self, mark: str) -> Path:
        return self.folder / f"doing-{mark.strip('.').removesuffix('.tmp')}.gz"


def _write(path: Path, record: Record) -> None:
    text = json.dumps(asdict(record), default=lambda data: base64.b64encode(data).decode())
    files.replace(path, gzip.compress(text.encode(), 1, mtime=0), 0o600)


def _read(path: Path) -> Record | None:
    try:
        data = json.loads(gzip.decompress(files.read_bounded(path, 1 << 27, follow=False)))
        return _from_json(data)
    except FileNotFoundError:
        return None
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        EOFError,
        gzip.BadGzipFile,
        zlib.error,
    ):
        return None  # damaged, or of another version: then the family's command has to do


def _from_json(data: dict[str, object]) -> Record:
    def bytes_of(value: object) -> bytes:
        return base64.b64decode(str(value), validate=True)

    def optional(value: object) -> bytes | None:
        return None if value is None else bytes_of(value)

    sources, image = data["sources"], data["image"]
    if not isinstance(sources, dict) or not isinstance(image, dict | None):
        raise TypeError("not a record")
    if any(not name.startswith("/") for name in (*sources, *(image or ()))):
        raise ValueError("a record of an earlier version")
    return Record(
        operation=str(data["operation"]),
        sha256=str(data["sha256"]),
        sources={
            path: Source(optional(s["before"]), optional(s["after"]), s["mode"], s["uid"], s["gid"])
            for path, s in sources.items()
        },
        inputs=str(data["inputs"]),
        image=None
        if image is None
        else {name: Node(**{**n, "data": bytes_of(n["data"])}) for name, n in image.items()},
        mark=str(data["mark"]),
        after=str(data["after"]),
        written=int(str(data["written"])),
    )

"""One change of the store: all of it or nothing, also when killed or out of disk space.

The order: a mark goes into the store and a record with the image of what is derived goes to the disk; space is set aside for the
way back; the source files are replaced; the family's command runs; what clients read is checked; the record says done.
Whoever finds an unfinished record takes the change back first.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from platform_backends import files, steps
from platform_backends.base import StoreError, StoreUnavailable, WriteFailed
from platform_backends.locks import locked
from platform_backends.system_store import others, tree
from platform_backends.system_store.family import Family
from platform_backends.system_store.record import Record, Records, Source
from platform_backends.system_store.run import TIMEOUT

#: How often the command is run when what clients read is not right after it.
TRIES = 4

_INVERSE = {
    "add": "remove",
    "remove": "add",
    "distrust": "trust",
    "trust": "distrust",
    "purposes": "purposes",
}

#: Space set aside besides twice what the derived folders hold, in bytes.
_SLACK = 256 * 1024


class Changes:
    """The changes of one family's store. Every method but `exclusive` is called while it holds the lock."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.records = Records(family.records)
        self._mark_folder = family.derived[0]

    @contextmanager
    def exclusive(self, *, alone: bool = True) -> Iterator[tuple[int, bool]]:
        """The only writer; whatever a kill interrupted has been taken back.

        `alone`: others have ended, too, so that what is read from here on is what will be changed.
        Gives the descriptor of the lock, and whether something was taken back.
        """
        try:
            self.records.prepare()
            with locked(self.family.records, TIMEOUT + 30) as lock:
                settled = self._settle(lock)
                if alone:
                    others.wait(self._program)
                yield lock, settled
        except OSError as error:
            raise files.failure(error, "change the system's certificates") from error

    def _settle(self, lock: int) -> bool:
        settled = False
        self._sweep(self.family.sources)  # first: p11-kit reads files of any name
        for mark in sorted(
            p.name for p in self._mark_folder.iterdir() if files.TEMPORARY.fullmatch(p.name)
        ):
            found = self.records.interrupted(mark)
            if found is not None:
                steps.reached("settling")
                os.truncate(self._mark_folder / mark, 0)  # the space set aside for the way back
                self._take_back(found, lock, rerun=True)
                self.records.taken_back(mark)
                settled = True
        self._sweep((self.family.records, *self.family.derived))
        return settled

    @staticmethod
    def _sweep(folders: Iterable[Path]) -> None:
        for folder in folders:
            if folder.is_dir():
                files.sweep(folder)

    def undoing(self, operation: str, sha256: str) -> dict[Path, bytes | None] | None:
        """What takes our own opposite change of this certificate back; None when its files have
        changed since, or there was none."""
        earlier = self._inverse_of(operation, sha256)
        if earlier is None or not all(_is(Path(p), s.after) for p, s in earlier.sources.items()):
            return None
        return {Path(path): source.before for path, source in earlier.sources.items()}

    def _inverse_of(self, operation: str, sha256: str) -> Record | None:
        return self.records.done(_INVERSE[operation], sha256, self.family.written())

    def perform(
        self,
        operation: str,
        sha256: str,
        wanted: Mapping[Path, bytes | None],
        *,
        lock: int,
        holds: Callable[[], bool],
    ) -> None:
        """Bring the source files to `wanted` (None: away), update, and check that it `holds`.

        Raises `WriteFailed`, `RightsMissing` or `UnsafeFile`; then everything is as before.
        """
        family, earlier = self.family, self._inverse_of(operation, sha256)
        written, trusted = family.written(), set(family.trusted())
        now = Record(
            operation,
            sha256,
            {str(path): _source(path, data, earlier) for path, data in wanted.items()},
            family.inputs(),
            tree.take(family.derived),
            files.temporary_name(),
        )
        try:
            self._mark(now)
            self.records.begin(now)
            steps.reached("record begun")
            with self._space(now):
                _place(now)
                steps.reached("sources placed")
                self._update(now, lock, holds, trusted)
            self._conclude(now, earlier, lock)
        except BaseException as error:
            self._roll_back(now, lock, error)
            raise
        with contextlib.suppress(OSError):
            self._unmark(now)
        steps.reached("unmarked")
        if earlier is not None and earlier.written == written:
            self.records.forget(earlier)
        self.records.prune()

    def _update(
        self, now: Record, lock: int, holds: Callable[[], bool], trusted: set[bytes]
    ) -> None:
        """Run the command until clients read what they should.

        Others may run it meanwhile: then one of the two can fail, and the one that ends last may
        not have seen everything. So it counts what is there when those have ended, too.
        """
        for left in reversed(range(TRIES)):
            alone = self._ran(now.operation, lock, again=left > 0)
            if not alone and left:
                continue
            steps.reached("updated")
            tree.keep_files(now.image or {})
            try:
                self._check(holds)
                self._check_others(trusted - set(self.family.trusted()), now.sha256)
            except (WriteFailed, StoreUnavailable):
                if not left:
                    raise
            else:
                return

    def _ran(self, operation: str, lock: int, *, again: bool) -> bool:
        """Run the command; whether nobody else ran it or changed what it reads at the same time.

        Theirs may have failed because of ours, and then what they brought is in no bundle yet. Raises
        `WriteFailed` when it fails, unless that may be for theirs and it may be run `again`.
        """
        inputs = self.family.inputs()
        try:
            self.family.update(operation, lock)
        except WriteFailed:
            if others.end(self._program) and again:
                return False
            raise
        return not others.end(self._program) and self.family.inputs() == inputs

    @property
    def _program(self) -> str:
        return self.family.command.partition(" ")[0].rpartition("/")[2]

    def _check(self, holds: Callable[[], bool]) -> None:
        if not holds():
            raise WriteFailed(
                f"{self.family.command} ran, but what clients read did not change as it should.",
                f"See what `{self.family.command} --verbose` says.",
            )

    def _check_others(self, lost: set[bytes], sha256: str) -> None:
        """No other certificate that is still wanted may have gone: a command can end well and be wrong."""
        lost = {der for der in lost if hashlib.sha256(der).hexdigest() != sha256}
        if lost & set(self.family.wanted() if lost else ()):
            raise WriteFailed(
                f"{self.family.command} ran, but other certificates were no longer trusted after it.",
                f"See what `{self.family.command} --verbose` says.",
            )

    def _remake(self, lock: int) -> None:
        """Have everything made anew, and again when others did so at the same time."""
        for left in reversed(range(TRIES)):
            if self._ran("back", lock, again=left > 0):
                return

    def _conclude(self, now: Record, earlier: Record | None, lock: int) -> None:
        undone = earlier is not None and self._back_to(earlier, now, lock)
        steps.reached("looked back")
        tree.flush(self.family.derived)  # the command does not: a power cut could leave "done"
        if not undone:  # an undone change needs no more than its files: no room on a full disk
            after = tree.digest(tree.take(self.family.derived))
            now = self.records.complete(replace(now, after=after, written=self.family.written()))
        self.records.finish(now)

    def _mark(self, now: Record) -> None:
        """Leave the sign in the store that this record is about it; before the record itself."""
        (self._mark_folder / now.mark).touch(mode=0o600, exist_ok=False)
        files.sync_folder(self._mark_folder)
        steps.reached("marked")

    def _unmark(self, now: Record) -> None:
        path = self._mark_folder / now.mark
        if os.path.lexists(path):  # unlink complains of a read-only disk first
            path.unlink()

    @contextmanager
    def _space(self, now: Record) -> Iterator[None]:
        """Make sure there is room for the update, and keep some for the way back while it runs."""
        held = sum(len(node.data) for node in (now.image or {}).values() if node.kind == "file")
        ballast = self._mark_folder / now.mark
        try:
            with ballast.open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, 2 * held + _SLACK)
                os.ftruncate(file.fileno(), held + _SLACK)
            steps.reached("space set aside")
            yield
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.truncate(ballast, 0)

    def _back_to(self, earlier: Record, now: Record, lock: int) -> bool:
        """Restore the image from before the change that `now` undoes, if nothing else changed since.

        The command has done the work already; this makes it exact to the last byte.
        """
        untouched = earlier.after == tree.digest(now.image) != ""
        if not untouched or earlier.image is None or self.family.inputs() != earlier.inputs:
            return False
        if self._restore(earlier, earlier.image):
            return True
        self._remake(lock)
        return False

    def _restore(self, record: Record, image: tree.Image) -> bool:
        """Put back an image. False when somebody changed meanwhile what it was made from: then what
        was made from that may be overwritten, and the command has to run."""
        tree.restore(self.family.derived, image, self.family.makes)
        steps.reached("restored")
        return self.family.inputs() == record.inputs

    def _roll_back(self, now: Record, lock: int, error: BaseException) -> None:
        """Take a failed change back in this process, with what `error` was."""
        try:
            self._take_back(now, lock, rerun=not isinstance(error, StoreError | OSError))
            self.records.taken_back(now.mark)
            self._unmark(now)
        except (OSError, StoreError) as second:
            raise WriteFailed(
                f"A change failed ({_said(error)}) and could not be taken back ({_said(second)}).",
                "Free some space, then start this program again: it will finish taking it back.",
                rolled_back=False,
            ) from error

    def _take_back(self, found: Record, lock: int, *, rerun: bool) -> None:
        """Sources first, then what is derived from them. Idempotent."""
        for name, source in found.sources.items():
            path = Path(name)
            status = files.regular(path)
            held = (
                None if status is None else files.read_bounded(path, tree.LIMIT_BYTES, follow=False)
            )
            if held == source.after != source.before:  # else: already back, or somebody else's now
                _write(path, source.before, source)
        image = found.image if self.family.inputs() == found.inputs else None
        if image is not None and rerun and tree.take(self.family.derived) != image:
            with contextlib.suppress(StoreError, OSError):  # its hooks learn of it where it can run
                self.family.update("back", lock)
        if image is None or not self._restore(found, image):
            self._remake(lock)  # somebody changed what it is made from, or it was too much to keep


def _is(path: Path, data: bytes | None) -> bool:
    if files.regular(path) is None:
        return data is None
    return data is not None and files.read_bounded(path, tree.LIMIT_BYTES, follow=False) == data


def _source(path: Path, data: bytes | None, earlier: Record | None) -> Source:
    status = files.regular(path)
    if status is None:  # bring back what our earlier change took away, with its mode and owner
        old = earlier.sources.get(str(path)) if earlier else None
        known = old if old is not None and old.before is not None else Source(None, data)
        return replace(known, before=None, after=data)
    mode = stat.S_IMODE(status.st_mode)
    before = files.read_bounded(path, tree.LIMIT_BYTES, follow=False)
    return Source(before, data, mode, status.st_uid, status.st_gid)


def _place(now: Record) -> None:
    for name, source in now.sources.items():
        _write(Path(name), source.after, source)


def _write(path: Path, data: bytes | None, source: Source) -> None:
    if data is None:
        files.remove(path)
        return
    files.replace(path, data, source.mode)
    if (path.stat().st_uid, path.stat().st_gid) != (source.uid, source.gid):
        os.chown(path, source.uid, source.gid, follow_symlinks=False)


def _said(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__

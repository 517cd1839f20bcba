"""One change of the store: all of it or nothing, also when killed or out of disk space.

The order: a mark goes into /etc/ssl/certs and a record with the image of /etc/ssl/certs goes to the disk; space is set aside for the
way back; the source files (ours in /usr/local/share, the configuration) are replaced;
update-ca-certificates runs; what clients read is checked; the record says done. Whoever finds an
unfinished record takes the change back first.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from platform_backends import files, steps
from platform_backends.base import StoreError, WriteFailed
from platform_backends.linux_ca_certificates import conf, layout, reading, record, tool, tree
from platform_backends.linux_ca_certificates.record import Record, Source
from platform_backends.locks import locked

_INVERSE = {"add": "remove", "remove": "add", "distrust": "trust", "trust": "distrust"}

#: Space set aside besides twice what /etc/ssl/certs holds, in bytes.
_SLACK = 256 * 1024


@contextmanager
def exclusive() -> Iterator[tuple[int, bool]]:
    """The only writer; whatever a kill interrupted has been taken back.

    Gives the descriptor of the lock, and whether something was taken back.
    """
    try:
        record.prepare()
        with locked(layout.RECORDS, tool.TIMEOUT + 30) as lock:
            yield lock, settle(lock)
    except OSError as error:
        raise files.failure(error, "change the system's certificates") from error


def settle(lock: int) -> bool:
    """Take back what a kill interrupted; whether there was anything."""
    settled = False
    for mark in sorted(
        p.name for p in layout.DERIVED.iterdir() if files.TEMPORARY.fullmatch(p.name)
    ):
        found = record.interrupted(mark)
        if found is not None:
            steps.reached("settling")
            os.truncate(layout.DERIVED / mark, 0)  # the space set aside for the way back
            _take_back(found, lock, rerun=True)
            record.taken_back(mark)
            settled = True
    for folder in (layout.RECORDS, layout.DERIVED, layout.LOCAL, layout.CONF.parent):
        if folder.is_dir():
            files.sweep(folder)
    return settled


def undoing(operation: str, sha256: str) -> dict[Path, bytes | None] | None:
    """What takes our own opposite change of this certificate back; None when its files have
    changed since, or there was none."""
    earlier = _inverse_of(operation, sha256)
    if earlier is None or not all(_is(Path(p), s.after) for p, s in earlier.sources.items()):
        return None
    return {Path(path): source.before for path, source in earlier.sources.items()}


def _inverse_of(operation: str, sha256: str) -> Record | None:
    return record.done(_INVERSE[operation], sha256, _written())


def _is(path: Path, data: bytes | None) -> bool:
    if files.regular(path) is None:
        return data is None
    return data is not None and files.read_bounded(path, layout.LIMIT, follow=False) == data


def _written() -> int:
    """When the bundle was written: two stores that share /var/lib differ in it."""
    try:
        return layout.BUNDLE.stat().st_mtime_ns
    except OSError:
        return 0


def perform(
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
    earlier, written, trusted = _inverse_of(operation, sha256), _written(), set(reading.bundle())
    now = Record(
        operation,
        sha256,
        {str(path): _source(path, data, earlier) for path, data in wanted.items()},
        inputs(),
        tree.take(layout.DERIVED),
        files.temporary_name(),
    )
    try:
        _mark(now)
        record.begin(now)
        steps.reached("record begun")
        with _space(now):
            _place(now)
            steps.reached("sources placed")
            tool.run(fresh=operation in {"remove", "distrust"}, lock=lock)
            steps.reached("updated")
            tree.keep_files(layout.DERIVED, now.image or {})
            _check(holds)
            _check_others(trusted - set(reading.bundle()), sha256)
        _conclude(now, earlier)
    except BaseException as error:
        _roll_back(now, lock, error)
        raise
    with contextlib.suppress(OSError):
        _unmark(now)
    steps.reached("unmarked")
    if earlier is not None and earlier.written == written:
        record.forget(earlier)
    record.prune()


def _check(holds: Callable[[], bool]) -> None:
    if not holds():
        raise WriteFailed(
            "update-ca-certificates ran, but what clients read did not change as it should.",
            "See what `update-ca-certificates --verbose` says.",
        )


def _check_others(lost: set[bytes], sha256: str) -> None:
    """No other certificate that is still wanted may have gone: a command can end well and be wrong."""
    lost = {der for der in lost if hashlib.sha256(der).hexdigest() != sha256}
    if lost & set(reading.wanted() if lost else ()):
        raise WriteFailed(
            "update-ca-certificates ran, but other certificates were no longer trusted after it.",
            "See what `update-ca-certificates --verbose` says.",
        )


def _conclude(now: Record, earlier: Record | None) -> None:
    undone = earlier is not None and _back_to(earlier, now)
    steps.reached("looked back")
    tree.flush(layout.DERIVED)  # the command does not: a power cut could leave "done" alone
    if not undone:  # an undone change needs no more than its files: no room on a full disk
        after = tree.digest(tree.take(layout.DERIVED))
        now = record.complete(replace(now, after=after, written=_written()))
    record.finish(now)


def inputs() -> str:
    """A hash of everything that update-ca-certificates reads."""
    total = hashlib.sha256(conf.read())
    for path in reading.below(layout.LOCAL):
        with contextlib.suppress(OSError):
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            total.update(repr((str(path), content)).encode(errors="surrogateescape"))
    for path in reading.below(layout.VENDOR):
        with contextlib.suppress(OSError):
            status = path.stat()
            total.update(repr((str(path), status.st_size, status.st_mtime_ns)).encode())
    return total.hexdigest()


def _source(path: Path, data: bytes | None, earlier: Record | None) -> Source:
    status = files.regular(path)
    if status is None:  # bring back what our earlier change took away, with its mode and owner
        old = earlier.sources.get(str(path)) if earlier else None
        known = old if old is not None and old.before is not None else Source(None, data)
        return replace(known, before=None, after=data)
    mode = stat.S_IMODE(status.st_mode)
    before = files.read_bounded(path, layout.LIMIT, follow=False)
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


def _mark(now: Record) -> None:
    """Leave the sign in the store that this record is about it; before the record itself."""
    (layout.DERIVED / now.mark).touch(mode=0o600, exist_ok=False)
    files.sync_folder(layout.DERIVED)
    steps.reached("marked")


def _unmark(now: Record) -> None:
    path = layout.DERIVED / now.mark
    if os.path.lexists(path):  # unlink complains of a read-only disk first
        path.unlink()


@contextmanager
def _space(now: Record) -> Iterator[None]:
    """Make sure there is room for the update, and keep some for the way back while it runs."""
    held = sum(len(node.data) for node in (now.image or {}).values() if node.kind == "file")
    ballast = layout.DERIVED / now.mark
    try:
        with ballast.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, 2 * held + _SLACK)
            os.ftruncate(file.fileno(), held + _SLACK)
        steps.reached("space set aside")
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.truncate(ballast, 0)


def _back_to(earlier: Record, now: Record) -> bool:
    """Restore the image from before the change that `now` undoes, if nothing else changed since.

    update-ca-certificates has done the work already; this makes it exact to the last byte.
    """
    untouched = earlier.after == tree.digest(now.image) != ""
    if not untouched or earlier.image is None or inputs() != earlier.inputs:
        return False
    tree.restore(layout.DERIVED, earlier.image)
    return True


def _roll_back(now: Record, lock: int, error: BaseException) -> None:
    """Take a failed change back in this process, with what `error` was."""
    try:
        _take_back(now, lock, rerun=not isinstance(error, StoreError | OSError))
        record.taken_back(now.mark)
        _unmark(now)
    except (OSError, StoreError) as second:
        raise WriteFailed(
            f"A change failed ({_said(error)}) and could not be taken back ({_said(second)}).",
            "Free some space, then start this program again: it will finish taking it back.",
            rolled_back=False,
        ) from error


def _take_back(found: Record, lock: int, *, rerun: bool) -> None:
    """Sources first, then what is derived from them. Idempotent."""
    for name, source in found.sources.items():
        path = Path(name)
        status = files.regular(path)
        held = None if status is None else files.read_bounded(path, layout.LIMIT, follow=False)
        if held == source.after != source.before:  # else: already back, or somebody else's now
            _write(path, source.before, source)
    image = found.image if inputs() == found.inputs else None
    if image is None:  # somebody else changed what it is made from, or there was too much to keep
        tool.run(fresh=True, lock=lock)
        return
    if rerun and tree.take(layout.DERIVED) != image:
        with contextlib.suppress(StoreError, OSError):  # its hooks learn of it where it can run
            tool.run(fresh=True, lock=lock)
    tree.restore(layout.DERIVED, image)


def _said(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__

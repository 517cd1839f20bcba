"""One change of one tool's trust: all of it or nothing, also when killed or out of disk space.

The order: what is about to be goes to the disk as pending; the earlier bundle keeps a second name;
the bundle is replaced; then the setting, if it does not name the bundle yet; pending becomes the
record. Taking the last certificate away goes the other way round: the setting first. After a kill
what gave trust is taken back and what took it away is finished.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from platform_backends import files, steps
from platform_backends.base import StoreError, StoreUnavailable, WriteFailed
from platform_backends.locks import locked
from platform_backends.tool_settings import bundle, edit, places, tool, writing
from platform_backends.tool_settings.record import Record, Records
from platform_backends.tool_settings.tool import Tool

#: Makes of the text of a setting file another one.
Setting = Callable[[bytes], bytes]


class Changes:
    """The changes of one tool. Every method but `exclusive` is called while it holds the lock."""

    def __init__(self, of: Tool) -> None:
        self.tool = of
        self.folder = places.bundle_folder(of.name)
        self.bundle = self.folder / "bundle.pem"
        self._kept = self.folder / "bundle.before"
        self.records = Records(self.folder)

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        """The only writer; gives whether something that a kill interrupted was settled."""
        try:
            places.bundles().mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(places.bundles()):
                yield self._settle()
        except OSError as error:
            raise files.failure(error, f"change what {self.tool.title} trusts") from error

    def record(self) -> Record | None:
        """Ours, if the setting still names our bundle; else somebody has chosen another file.

        Raises `StoreUnavailable` when it names our bundle and nothing is known of that any more.
        """
        if not tool.names(self.bundle, self.tool.value()):
            return None
        found = self.records.current()
        if found is None and self.records.adding() is None:
            raise StoreUnavailable(
                f"{self.tool.key} names {self.bundle}, of which this program has lost its record.",
                f"Take {self.tool.key} out of {self.tool.write}, then import again.",
            )
        return found

    def base(self, record: Record | None) -> Path | None:
        """What a bundle of ours begins with: what the setting names, else the machine's roots."""
        if record is not None and record.base:
            return Path(record.base)
        value = "" if record is not None else self.tool.value()
        if value and not tool.names(self.bundle, value):
            return places.named(value)
        return places.base_roots() if self.tool.replaces else None

    def put(self, added: tuple[bytes, ...], *, removing: bool) -> None:
        """Make the bundle of its base and these; and have the setting name it."""
        earlier = self.record()
        base = self.base(earlier)
        if base is None and self.tool.replaces:
            raise WriteFailed(
                "The machine's roots are not found, and a bundle without them would break "
                f"every public site for {self.tool.title}.",
                "Install the system's certificates (the package ca-certificates).",
            )
        data = bundle.read(base) if base is not None else b""
        if earlier is None:
            self._forget_stale()
            now, setting = self._first(added, base)
        else:
            now, setting = replace(earlier, added=added), None
        now = replace(now, base_sha256=bundle.fingerprint(data))
        self.folder.mkdir(mode=0o700, exist_ok=True)
        try:
            self.records.begin(now, removing=removing)
            self._place(now, data, setting)
        except BaseException as error:
            self._roll_back(now, error)
            raise
        self.records.commit()
        self._kept.unlink(missing_ok=True)

    def take_away(self) -> None:
        """Nothing of ours is left: the setting is as it was before, the bundle goes."""
        found = self.records.current()
        if found is None:
            return
        now = replace(found, added=())
        self.records.begin(now, removing=True)
        try:
            self._restore_setting(now)
        except BaseException:
            self.records.give_up()
            raise
        self._clear()

    def _first(self, added: tuple[bytes, ...], base: Path | None) -> tuple[Record, Setting]:
        medium = self.tool.medium
        path = medium.followed(self.tool.write)
        before = medium.text(path)
        later, change = edit.make(self.tool.syntax, before, self.tool.key, self.bundle)
        machine = self.tool.replaces and base == places.base_roots()
        theirs = "" if base is None or machine else str(base)
        medium.is_there(path)  # a folder or a pipe there is refused before anything begins
        created = medium.missing(path) or self._created_for_another(path)
        now = Record(added, theirs, "", str(path), change, created)
        return now, writing.expecting(before, path, later)

    def _created_for_another(self, path: Path) -> tuple[str, ...]:
        """What this program made for another setting in the same file: whichever goes last takes it away."""
        for folder in self.folder.parent.iterdir():
            with contextlib.suppress(StoreError):  # that store says so itself
                other = Records(folder).current()
                if other is not None and str(path) in other.created:
                    return other.created
        return ()

    def _place(self, now: Record, base: bytes, setting: Setting | None) -> None:
        if self.bundle.exists():
            self._kept.unlink(missing_ok=True)
            os.link(self.bundle, self._kept)
            steps.reached("kept")
        files.replace(self.bundle, bundle.text(base, now.added))
        if setting is not None:
            writing.change(self.tool, Path(now.setting), setting)

    def _roll_back(self, now: Record, error: BaseException) -> None:
        try:
            self._undo(now)
        except (OSError, StoreError) as second:
            raise WriteFailed(
                f"A change failed ({error}) and could not be taken back ({second}).",
                "Free some space, then start this program again: it will finish taking it back.",
                rolled_back=False,
            ) from error

    def _settle(self) -> bool:
        """Finish or take back what a kill interrupted; whether there was anything."""
        if not self.folder.is_dir():
            return False
        files.sweep(self.folder)
        adding, removing = self.records.adding(), self.records.removing()
        for pending, resolve in ((adding, self._undo), (removing, self._finish)):
            if pending is not None:
                steps.reached("settling")
                writing.settle(self.tool, Path(pending.setting))
                resolve(pending)
        self._kept.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()
        return adding is not None or removing is not None

    def _finish(self, pending: Record) -> None:
        if not pending.added:
            self._restore_setting(pending)
            self._clear()
            return
        base = self.base(pending)
        files.replace(self.bundle, bundle.text(bundle.read(base) if base else b"", pending.added))
        self.records.commit()

    def _undo(self, now: Record) -> None:
        if self._kept.exists():
            self._kept.replace(self.bundle)
            self._kept.unlink(missing_ok=True)  # two names of one file: rename(2) leaves both
        if self.records.current() is None:
            self._restore_setting(now)
            self._clear()
        else:
            self.records.give_up()

    def _restore_setting(self, now: Record) -> None:
        path = self.tool.medium.followed(Path(now.setting))
        if self.tool.medium.is_there(path):

            def back(text: bytes) -> bytes:
                return edit.take_back(self.tool.syntax, text, self.tool.key, self.bundle, now.edit)

            writing.change(self.tool, path, back, new=str(path) in now.created)
        for created in now.created:
            with contextlib.suppress(OSError):  # it holds something else by now
                Path(created).rmdir()

    def _forget_stale(self) -> None:
        """Of a setting that somebody else has changed since."""
        if self.records.current() is not None:
            self._clear()

    def _clear(self) -> None:
        self._kept.unlink(missing_ok=True)
        files.remove(self.bundle)
        self.records.forget()
        with contextlib.suppress(OSError):
            self.folder.rmdir()

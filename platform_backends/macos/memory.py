"""What this program did to each certificate, so that it can be told apart and taken back exactly.

One property list for each certificate in a folder of the store, named by its SHA-256. macOS keeps no mark in a
keychain, so this is also how our entries are known: without the file an entry counts as somebody else's.
The last step is not ``done`` while a change goes on; whoever finds it so resolves it first, towards less trust.
"""

from __future__ import annotations

import os
import plistlib
import re
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from platform_backends import files, steps
from platform_backends.base import Decision, Purpose, StoreUnavailable, UnsafeFile
from platform_backends.macos import trust_settings
from platform_backends.macos.place import State, trust_of

#: How many steps of one certificate are kept; the oldest go first.
_KEPT = 16
_LIMIT = 16 * 1024 * 1024
_NAME = re.compile(r"([0-9a-f]{64})\.plist")


_RANKS = {Decision.DISTRUSTED: 0, Decision.UNSPECIFIED: 1, Decision.TRUSTED: 2}


@dataclass(frozen=True)
class Step:
    """One change of ours, of what is said in general or of one `host`.

    `ours` and `hosts`: what of the certificate was ours before it.
    """

    before: State
    after: State
    ours: bool
    done: bool
    host: str = ""
    hosts: tuple[str, ...] = ()

    def gives_trust(self, der: bytes) -> bool:
        """Whether a purpose gains."""
        before, after = (trust_of(der, s.record, self.host) for s in (self.before, self.after))
        return any(_RANKS[after.decision(p)] > _RANKS[before.decision(p)] for p in Purpose)


@dataclass(frozen=True)
class Remembered:
    """`ours`: this program put the certificate into the keychain; `hosts`: and said something of these."""

    der: bytes
    ours: bool = False
    steps: tuple[Step, ...] = ()
    hosts: tuple[str, ...] = ()

    @property
    def interrupted(self) -> Step | None:
        """The change that goes on, or that a kill interrupted."""
        return self.steps[-1] if self.steps and not self.steps[-1].done else None

    def last(self, host: str) -> Step | None:
        """The last change, if it was one of what is said in general, or of this host."""
        last = self.steps[-1] if self.steps else None
        return last if last is not None and last.host == host else None

    def came(self, host: str = "") -> State | None:
        """What was there before we put the certificate into the keychain, or said something of a host."""
        found = (s for s in reversed(self.steps) if _is_there(s.after, host))
        return next((s.before for s in found if not _is_there(s.before, host)), None)

    def begun(self, before: State, after: State, host: str) -> Remembered:
        """With one more change, which goes on."""
        step = Step(before, after, self.ours, done=False, host=host, hosts=self.hosts)
        return replace(self, steps=(*self.steps, step)[-_KEPT:])

    def given_up(self) -> Remembered:
        """Without the change that goes on."""
        return replace(self, steps=self.steps[:-1])

    def finished(self) -> Remembered:
        """The change is done. One that takes the one before it back leaves neither."""
        *earlier, last = self.steps
        if earlier and earlier[-1].before.same(last.after) and earlier[-1].after.same(last.before):
            back = earlier[-1]
            return replace(self, ours=back.ours, steps=tuple(earlier[:-1]), hosts=back.hosts)
        ours = last.after.held and (self.ours or not last.before.held)
        new = {last.host} - set(trust_settings.hosts(last.before.record))
        hosts = (h for h in trust_settings.hosts(last.after.record) if h in {*self.hosts, *new})
        steps = (*earlier, replace(last, done=True))
        return replace(self, ours=ours, steps=steps, hosts=tuple(hosts))


def _is_there(state: State, host: str) -> bool:
    return host in trust_settings.hosts(state.record) if host else state.held


class Memory:
    """The files of one store."""

    def __init__(self, folder: Path, mode: int) -> None:
        self.folder = folder
        self._mode = mode

    def prepare(self) -> None:
        """Make the folder. Raises ``OSError`` and `UnsafeFile`."""
        self.folder.mkdir(mode=0o755 if self._mode & 0o004 else 0o700, parents=True, exist_ok=True)
        status = self.folder.lstat()
        owned = sys.platform == "win32" or status.st_uid == os.geteuid()
        if not stat.S_ISDIR(status.st_mode) or not owned or status.st_mode & 0o022:
            raise UnsafeFile(
                f"{self.folder} is not a folder of this user alone.",
                "Nothing was changed. Look at it, and move it away.",
            )

    def get(self, sha256: str) -> Remembered | None:
        """What is known of a certificate. Raises `StoreUnavailable`."""
        path = self._path(sha256)
        try:
            return _read(files.read_bounded(path, _LIMIT, follow=False))
        except FileNotFoundError:
            return None
        except (
            OSError,
            UnsafeFile,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            ExpatError,
        ) as error:
            raise StoreUnavailable(
                f"{path}, in which this program remembers its changes, cannot be read.",
                "Move it away: what it tells of earlier changes is lost then.",
            ) from error

    def keep(self, sha256: str, known: Remembered) -> None:
        """Write it down, or forget what has nothing to say."""
        if known.ours or known.steps or known.hosts:
            files.replace(self._path(sha256), _written(known), self._mode)
        else:
            files.remove(self._path(sha256))
        steps.reached("remembered")

    def interrupted(self) -> Iterator[tuple[str, Remembered, Step]]:
        """The changes that a kill interrupted."""
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.iterdir()):
            name = _NAME.fullmatch(path.name)
            known = self.get(name[1]) if name else None
            if name and known is not None and (step := known.interrupted) is not None:
                yield name[1], known, step

    def unsettled(self) -> bool:
        """Whether a kill left anything. Raises ``OSError``."""
        if not self.folder.is_dir():
            return False
        left = any(files.TEMPORARY.fullmatch(path.name) for path in self.folder.iterdir())
        return left or next(self.interrupted(), None) is not None

    def _path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.plist"


def _written(known: Remembered) -> bytes:
    made = [
        {
            "before": s.before.to_plist(),
            "after": s.after.to_plist(),
            "ours": s.ours,
            "done": s.done,
            "host": s.host,
            "hosts": list(s.hosts),
        }
        for s in known.steps
    ]
    return plistlib.dumps(
        {
            "certificate": known.der,
            "ours": known.ours,
            "steps": made,
            "hosts": list(known.hosts),
        }
    )


def _read(data: bytes) -> Remembered:
    found: dict[str, Any] = plistlib.loads(data)
    if not isinstance(found["certificate"], bytes) or not isinstance(found["ours"], bool):
        raise TypeError("not what was written")
    made = tuple(
        Step(
            State.from_plist(s["before"]),
            State.from_plist(s["after"]),
            s["ours"] is True,
            s["done"] is True,
            str(s.get("host", "")),
            _hosts(s),
        )
        for s in found["steps"]
    )
    return Remembered(found["certificate"], found["ours"], made, _hosts(found))


def _hosts(found: dict[str, Any]) -> tuple[str, ...]:
    """An earlier version of this program knew none."""
    return tuple(map(str, found.get("hosts", ())))

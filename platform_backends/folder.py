"""``folder:<path>``: a folder of certificate files; the sandbox of the demo and of tests.

One file for each entry of this program: a text header with a mark and the trust, then PEM. Other
people's certificate files in the folder are listed (trusted for everything, as any client that
reads a folder would take them) and never touched without force.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from platform_backends import certificates, files
from platform_backends.base import (
    Availability,
    Decision,
    Entry,
    EntryNotFound,
    NotOurs,
    Operation,
    Origin,
    Privilege,
    Purpose,
    Scope,
    StoreError,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    UnsafeFile,
)
from platform_backends.locks import locked

_MARK = b"# Trust Manager entry. Change it with the program: trustmgr remove, trustmgr distrust.\n"
_TRUST = b"# trust: "

#: The largest file that is read, in bytes.
_LIMIT = 4 * 1024 * 1024


class FolderStore:
    """Certificates in the files of one folder. It is created (0700) by the first `add`."""

    scope = Scope.USER

    #: Which files count, and what those of others are trusted for.
    endings: tuple[str, ...] = (".crt", ".pem", ".cer")
    foreign: Trust = Trust.everything(Decision.TRUSTED)

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = f"folder:{path}"
        self.title = f"Folder {path}"

    @property
    def privilege(self) -> Privilege:
        """None: it is the user's."""
        return Privilege.NONE

    @property
    def others(self) -> Origin:
        """Who wrote the files that are not ours."""
        return Origin.USER

    def availability(self) -> Availability:
        """Available unless something that is no folder stands there, or it may not be read."""
        if not os.path.lexists(self.path):
            return Availability(True)
        if self.path.is_symlink() or not self.path.is_dir():
            return Availability(False, f"{self.path} is not a folder.", "Name another folder.")
        if not os.access(self.path, os.R_OK | os.X_OK):
            return Availability(False, f"{self.path} may not be read.", "Ask its owner.")
        return Availability(True)

    def entries(self) -> Sequence[Entry]:
        """Every certificate of every certificate file; none when the folder is not there yet."""
        available = self.availability()
        if not available.available:
            raise StoreUnavailable(available.reason, available.fix)
        found: list[Entry] = []
        for path in self._files():
            try:
                found += self._entries(path, files.read_bounded(path, _LIMIT))
            except FileNotFoundError:
                continue  # removed while we looked, or a dangling link
            except UnsafeFile:
                continue  # a pipe or a giant of somebody else: clients cannot use it either
            except OSError as error:
                raise StoreUnavailable(f"{path} cannot be read: {error.strerror}.") from error
        return tuple(found)

    def trusted_pem(self, purpose: Purpose = Purpose.SERVER_AUTH) -> bytes:
        """PEM of everything trusted here for `purpose`: a CA file for a client."""
        return certificates.trusted_pem(self.entries(), purpose)

    def effective_trust(self, wanted: Trust) -> Trust:
        """The wish itself: this store tells purposes apart."""
        if wanted == Trust():
            raise TrustNotSupported(
                "No purpose was named.", "Say what the certificate is to be trusted for."
            )
        return wanted

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The one file that is written or taken away."""
        path = self.path / certificates.safe_name(der)
        return (f"{'Remove' if operation is Operation.REMOVE else 'Write'} {path}",)

    def add(self, der: bytes, trust: Trust) -> bool:
        """Write one file, unless the folder trusts the certificate so already."""
        der = certificates.single(der)
        trust = self.effective_trust(trust)
        text = _text(der, trust)
        available = self.availability()
        if not available.available:
            raise StoreUnavailable(available.reason, available.fix)
        path = self.path / certificates.safe_name(der)
        try:
            with self._exclusive():
                same = [e for e in self.entries() if e.der == der]
                ours = any(e.origin is Origin.THIS_PROGRAM for e in same)
                if any(e.trust == trust for e in same) or (same and not ours and _grants(trust)):
                    return False
                if not ours and files.regular(path) is not None:
                    raise UnsafeFile(
                        f"{path} is not this program's and stands where its file would go.",
                        "Nothing was changed. Move that file away and try again.",
                    )
                files.replace(path, text)
        except OSError as error:
            raise files.failure(error, f"write {path}") from error
        return True

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Take our file away; with `force`, the certificate out of other people's files too."""
        if not self.path.is_dir():
            return False
        try:
            with self._exclusive():
                same = [e for e in self.entries() if e.sha256 == sha256]
                ours = [e for e in same if e.origin is Origin.THIS_PROGRAM]
                if same and not ours and not force:
                    raise NotOurs(
                        f"This program did not add {same[0].location}.",
                        "Use force to remove it all the same.",
                    )
                for location in {e.location for e in (same if force else ours)}:
                    _take_out(Path(location), sha256)
        except OSError as error:
            raise files.failure(error, f"change {self.path}") from error
        return bool(same)

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Rewrite the header of our file. `NotOurs` for other people's."""
        trust = self.effective_trust(trust)
        if not self.path.is_dir():
            raise _not_found(self.path)
        try:
            with self._exclusive():
                same = [e for e in self.entries() if e.sha256 == sha256]
                if not same:
                    raise _not_found(self.path)
                if all(e.trust == trust for e in same):
                    return False
                entry = same[0]
                if any(e.origin is not Origin.THIS_PROGRAM for e in same):
                    raise NotOurs(
                        f"This program did not add {entry.location}, so it does not change it.",
                        "Remove that file, then import the certificate with this program.",
                    )
                files.replace(Path(entry.location), _text(entry.der, trust))
        except OSError as error:
            raise files.failure(error, f"change {self.path}") from error
        return True

    def settle(self) -> bool:
        """Take away what a kill left; every change does so first. Whether there was anything."""
        if not self.path.is_dir():
            return False
        with self._exclusive() as settled:
            return settled

    @contextmanager
    def _exclusive(self) -> Iterator[bool]:
        """The only writer of the folder, which is there then; gives whether a kill had left something."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self.path):
            yield self._settle()

    def _settle(self) -> bool:
        found = any(files.TEMPORARY.fullmatch(path.name) for path in self.path.iterdir())
        files.sweep(self.path)
        return found

    def _files(self) -> list[Path]:
        if not self.path.is_dir():
            return []
        return sorted(
            path
            for path in self.path.iterdir()
            if path.suffix.lower() in self.endings and not files.TEMPORARY.fullmatch(path.name)
        )

    def _entries(self, path: Path, data: bytes) -> list[Entry]:
        found = certificates.all_in(data)
        if len(found) == 1 and (trust := _our_trust(found[0], data)) is not None:
            return [Entry(found[0], trust, Origin.THIS_PROGRAM, str(path))]
        return [Entry(der, self.foreign, self.others, str(path)) for der in found]


def _grants(trust: Trust) -> bool:
    """Whether a file that is trusted for everything fulfils this wish."""
    return all(trust.decision(purpose) is not Decision.DISTRUSTED for purpose in Purpose)


def _text(der: bytes, trust: Trust) -> bytes:
    line = json.dumps(trust.to_json(), separators=(",", ":")).encode()
    return _MARK + _TRUST + line + b"\n" + certificates.pem(der)


def _our_trust(der: bytes, data: bytes) -> Trust | None:
    """The trust in our header; None for a file that is not byte for byte ours."""
    if not data.startswith(_MARK + _TRUST):
        return None
    line = data[len(_MARK + _TRUST) :].split(b"\n", 1)[0]
    try:
        trust = Trust.from_json(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return trust if data == _text(der, trust) else None


def _take_out(path: Path, sha256: str) -> None:
    data = files.read_bounded(path, _LIMIT, follow=False)
    rest = certificates.without(data, sha256)
    if rest is None:
        files.remove(path)
    else:
        files.replace(path, rest)


def _not_found(path: Path) -> StoreError:
    return EntryNotFound(f"{path} holds no such certificate.", "Import it first.")

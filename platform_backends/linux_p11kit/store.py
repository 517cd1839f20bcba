"""The store itself: who may be added, removed or distrusted, and how."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from platform_backends import certificates, files, rights
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
    RightsMissing,
    Scope,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
    UnsafeFile,
    WriteFailed,
)
from platform_backends.linux_p11kit import reading, trusted
from platform_backends.linux_p11kit.families import Layout, P11Kit
from platform_backends.system_store.change import Changes

_EVERYTHING = Trust.everything(Decision.TRUSTED)
#: How p11-kit's own form begins (pkcs11.conf and `trust dump`).
_OBJECT = b"[p11-kit-object-v1]"
_DISTRUST_HINT = "Distrust it instead: trustmgr distrust SHA256"


class P11KitStore:
    """The certificates that nearly every program of such a system trusts."""

    id = "linux.p11-kit"
    scope = Scope.MACHINE

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.title = f"System certificates (p11-kit, as on {layout.title})"
        self._changes = Changes(P11Kit(layout))

    @property
    def privilege(self) -> Privilege:
        """None when already root."""
        return Privilege.NONE if rights.is_administrator() else Privilege.ADMINISTRATOR

    def availability(self) -> Availability:
        """Available when it can be read; when it cannot be changed, the reason says so."""
        if not os.access(self.layout.bundle, os.R_OK):
            return Availability(False, f"{self.layout.bundle} cannot be read.", self.layout.install)
        if not self.layout.argv:
            name = self.layout.words[0][0]
            return Availability(
                True, f"{name} is missing: only reading works.", self.layout.install
            )
        return Availability(True)

    def entries(self) -> Sequence[Entry]:
        """What clients read, and what is distrusted."""
        return reading.entries(self.layout)

    def effective_trust(self, wanted: Trust) -> Trust:
        """Any purposes, or distrust for all of them."""
        decisions = {wanted.decision(purpose) for purpose in Purpose}
        if decisions == {Decision.DISTRUSTED}:
            return wanted
        if Decision.DISTRUSTED in decisions or Decision.TRUSTED not in decisions:
            raise TrustNotSupported(
                "This store trusts a certificate for some purposes, or distrusts it for all.",
                "Name purposes to trust it for, or distrust it.",
            )
        return wanted

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The file written or taken away, and the command run."""
        name = certificates.safe_name(der)
        words = {
            Operation.ADD: f"Write {self.layout.source / name} (or {self.layout.anchors / name}, for everything)",
            Operation.REMOVE: f"Remove {self.layout.source / name}, or where else it is",
            Operation.SET_TRUST: f"Write or remove {self.layout.blocklist / name}",
        }
        return (words[operation], f"Run {self._changes.family.command}")

    def add(self, der: bytes, trust: Trust) -> bool:
        """One file of ours and an update; nothing when clients already trust the certificate."""
        der = certificates.single(der)
        wanted = self.effective_trust(trust)
        if Decision.DISTRUSTED in {wanted.decision(p) for p in Purpose}:
            raise TrustNotSupported("Import it, then distrust it.", "Nothing was changed.")
        if not certificates.is_authority(der):
            raise TrustNotSupported(
                "Systems of this kind take authorities only: a single site's certificate would be in "
                "the store and trusted by nobody.",
                "Import it into the store of the program that needs it.",
            )
        self._require()
        with self._changes.exclusive() as (lock, _):
            sha256 = _sha(der)
            entry = next((e for e in self.entries() if e.der == der), None)
            if entry is None:
                changed = self._changes.undoing("add", sha256) or self._new_file(der, wanted)
            elif _covers(entry, wanted):
                return False
            else:  # there, but not for these purposes
                wanted = _both(entry.trust, wanted)
                changed = self._ours(der, wanted) | self._new_file(der, wanted)
            self._changes.perform(
                "add", sha256, changed, lock=lock, holds=lambda: self._shows(der, wanted)
            )
        return True

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Take our file away; with `force`, the certificate out of the administrator's files."""
        self._require()
        with self._changes.exclusive() as (lock, _):
            held = [one for one in reading.sources(self.layout) if _sha(one.der) == sha256]
            listed = any(entry.sha256 == sha256 for entry in self.entries())
            if not held and not listed:
                return False
            if not held:
                raise NotOurs("This certificate came with the system.", _DISTRUST_HINT)
            wanted = self._sources_of_remove(held, sha256, force=force)
            rest = bool({one.path for one in held} - set(wanted))
            self._changes.perform(
                "remove",
                sha256,
                wanted,
                lock=lock,
                holds=lambda: rest or not self._in_bundle(sha256) or self._vendor_has(sha256),
            )
        return True

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Distrust a certificate through the blocklist, or trust it again; purposes of what is ours."""
        effective = self.effective_trust(trust)
        self._require()
        with self._changes.exclusive() as (lock, _):
            entry = next((e for e in self.entries() if e.sha256 == sha256), None)
            if entry is None:
                raise EntryNotFound("This store holds no such certificate.", "Import it first.")
            if entry.trust == effective:
                return False
            distrust = effective == reading.DISTRUSTED
            ours = entry.origin is Origin.THIS_PROGRAM and not distrust
            again = "trust" if entry.trust == reading.DISTRUSTED else "purposes"
            self._changes.perform(
                "distrust" if distrust else again,
                sha256,
                self._sources_of_trust(entry, effective),
                lock=lock,
                holds=lambda: (
                    self._shows(entry.der, effective)
                    if ours
                    else self._distrusts(sha256) is distrust
                ),
            )
        return True

    def settle(self) -> bool:
        """Take back what a kill interrupted; every change does so first. Whether there was any."""
        if not os.path.lexists(self.layout.records):
            return False
        _require_root()
        with self._changes.exclusive(alone=False) as (_, settled):
            return settled

    def _new_file(self, der: bytes, trust: Trust) -> dict[Path, bytes | None]:
        folder = self.layout.anchors if trust == _EVERYTHING else self.layout.source
        path = folder / certificates.safe_name(der)
        if files.regular(path) is not None and reading.ours_in(self.layout, path) is None:
            raise UnsafeFile(
                f"{path} is not this program's and stands where its file would go.",
                "Nothing was changed. Move that file away and try again.",
            )
        return {path: trusted.text(der, trust)}

    def _sources_of_remove(
        self, held: list[reading.Source], sha256: str, *, force: bool
    ) -> dict[Path, bytes | None]:
        if force:
            return {one.path: _rest(one, sha256) for one in held}
        blocking = self.layout.blocklist / certificates.safe_name(held[0].der)
        blocked = {blocking: None} if _is_ours(blocking, held[0].der) else {}
        undone = self._changes.undoing("remove", sha256)
        if undone is not None and set(undone) == {one.path for one in held}:
            return undone | blocked
        ours = [one.path for one in held if one.trust is not None]
        if not ours:
            raise NotOurs(
                f"This program did not add {held[0].path}: an administrator did.",
                "Use force to remove it all the same.",
            )
        return dict.fromkeys(ours, None) | blocked

    def _sources_of_trust(self, entry: Entry, effective: Trust) -> dict[Path, bytes | None]:
        path = self.layout.blocklist / certificates.safe_name(entry.der)
        if effective == reading.DISTRUSTED:
            return {self._free(path, entry.der): certificates.pem(entry.der)}
        changed: dict[Path, bytes | None] = {}
        if entry.trust == reading.DISTRUSTED:
            blocking = [p for p, der in reading.blocked(self.layout) if der == entry.der]
            if blocking != [path] or not _is_ours(path, entry.der):
                raise TrustNotSupported(
                    f"Others distrust this certificate ({blocking[0]}).", "Ask them why."
                )
            changed[path] = None
        if old := self._ours(entry.der, effective):
            changed |= old | self._new_file(entry.der, effective)
        if not changed:
            raise TrustNotSupported(
                "This store can change the purposes only of what this program added.",
                _DISTRUST_HINT,
            )
        return changed

    def _ours(self, der: bytes, trust: Trust) -> dict[Path, bytes | None]:
        """Our files of a certificate that say something else, to be taken away."""
        held = (one for one in reading.sources(self.layout) if one.der == der)
        return {one.path: None for one in held if one.trust not in (None, trust)}

    def _free(self, path: Path, der: bytes) -> Path:
        """The path in the blocklist, when nothing of others' stands there."""
        if not path.parent.is_dir():
            raise StoreUnavailable(f"{path.parent} is missing.", f"mkdir -p {path.parent}")
        if files.regular(path) is not None and not _is_ours(path, der):
            raise UnsafeFile(
                f"{path} is not this program's and stands where its file would go.",
                "Nothing was changed. Move that file away and try again.",
            )
        return path

    def _shows(self, der: bytes, trust: Trust) -> bool:
        """Whether clients read it for every purpose that there is a bundle for."""
        return all(
            (der in reading.bundle(path)) is (trust.decision(purpose) is Decision.TRUSTED)
            for purpose, path in self.layout.bundles.items()
            if path.exists()
        )

    def _distrusts(self, sha256: str) -> bool:
        return any(e.sha256 == sha256 and e.trust == reading.DISTRUSTED for e in self.entries())

    def _in_bundle(self, sha256: str) -> bool:
        return any(_sha(der) == sha256 for der in self._changes.family.trusted())

    def _vendor_has(self, sha256: str) -> bool:
        return any(_sha(der) == sha256 for der in self._changes.family.wanted())

    def _require(self) -> None:
        _require_root()
        found = self.availability()
        if not found.available:
            raise StoreUnavailable(found.reason, found.fix)
        if found.reason:
            raise WriteFailed(found.reason, found.fix)
        for folder in (
            self.layout.source,
            self.layout.anchors,
            self.layout.blocklist,
            *self.layout.derived,
        ):
            if folder.is_symlink():
                raise UnsafeFile(f"{folder} is a symbolic link.", "Nothing was changed.")


def _require_root() -> None:
    if not rights.is_administrator():
        raise RightsMissing(
            "Only an administrator may change the system's certificates.",
            "Run the command with sudo.",
        )


def _covers(entry: Entry, wanted: Trust) -> bool:
    """Whether it is trusted for all of these purposes already."""
    if entry.trust == reading.DISTRUSTED:
        raise TrustNotSupported(
            f"An administrator of this machine distrusts this certificate ({entry.location}).",
            "Ask why; to trust it again, change its trust instead of importing it.",
        )
    if entry.origin is not Origin.THIS_PROGRAM:  # of others no more is seen than what TLS needs
        return wanted.server_auth is not Decision.TRUSTED or _is_for_servers(entry)
    return set(trusted.trusted_for(wanted)) <= set(trusted.trusted_for(entry.trust))


def _is_for_servers(entry: Entry) -> bool:
    return entry.trust.server_auth is Decision.TRUSTED


def _both(one: Trust, other: Trust) -> Trust:
    return Trust.for_purposes([*trusted.trusted_for(one), *trusted.trusted_for(other)])


def _is_ours(path: Path, der: bytes) -> bool:
    """Whether this is what we write into a blocklist."""
    try:
        return files.read_bounded(path, reading.LIMIT, follow=False) == certificates.pem(der)
    except (OSError, UnsafeFile):
        return False


def _sha(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


def _rest(one: reading.Source, sha256: str) -> bytes | None:
    if one.trust is not None:
        return None
    data = files.read_bounded(one.path, reading.LIMIT, follow=False)
    rest = certificates.without(data, sha256)
    if rest is not None and _OBJECT in data:  # what is said about a certificate stands around it
        raise TrustNotSupported(
            f"{one.path} holds other certificates, too, in p11-kit's own form.",
            "Take this one out with an editor, then run the system's command for it.",
        )
    return rest

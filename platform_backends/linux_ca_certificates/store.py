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
from platform_backends.linux_ca_certificates import conf, layout, reading, tool
from platform_backends.linux_ca_certificates.family import CaCertificates
from platform_backends.system_store.change import Changes

_TRUSTED = Trust.everything(Decision.TRUSTED)
_DISTRUSTED = Trust.everything(Decision.DISTRUSTED)
_CHANGES = Changes(CaCertificates())


class CaCertificatesStore:
    """The certificates that nearly every program of a Debian-like system trusts."""

    id = "linux.ca-certificates"
    title = "System certificates (ca-certificates)"
    scope = Scope.MACHINE

    @property
    def privilege(self) -> Privilege:
        """None when already root."""
        return Privilege.NONE if rights.is_administrator() else Privilege.ADMINISTRATOR

    def availability(self) -> Availability:
        """Available when it can be read; when it cannot be changed, the reason says so."""
        debian = Path("/etc/debian_version").exists() or layout.ALPINE.exists()
        command = "apk add" if layout.ALPINE.exists() else "apt install"
        install = f"Install it: {command} ca-certificates" if debian else ""
        if not os.access(layout.BUNDLE, os.R_OK):
            return Availability(False, f"{layout.BUNDLE} cannot be read.", install)
        if not layout.LOCAL.is_dir():
            return Availability(
                True, f"{layout.LOCAL} is missing: only reading works.", f"mkdir -p {layout.LOCAL}"
            )
        if tool.find() is None:
            return Availability(
                True, "update-ca-certificates is missing: only reading works.", install
            )
        return Availability(True)

    def entries(self) -> Sequence[Entry]:
        """What clients read, and what is distrusted."""
        return reading.entries()

    def effective_trust(self, wanted: Trust) -> Trust:
        """All or nothing: a certificate in the bundle is trusted for every purpose."""
        decisions = {wanted.decision(purpose) for purpose in Purpose} - {Decision.UNSPECIFIED}
        if len(decisions) != 1:
            raise TrustNotSupported(
                "This store trusts a certificate for everything or for nothing.",
                "Ask for the same decision for every purpose.",
            )
        return Trust.everything(decisions.pop())

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The file written or taken away, and the command run."""
        path = layout.LOCAL / certificates.safe_name(der)
        words = {
            Operation.ADD: f"Write {path}",
            Operation.REMOVE: f"Remove {path}",
            Operation.SET_TRUST: f"Change one line of {layout.CONF}",
        }
        command = tool.command(fresh=operation is not Operation.ADD)
        return (words[operation], f"Run {' '.join(command)}")

    def add(self, der: bytes, trust: Trust) -> bool:
        """One file of ours and an update; nothing when clients already trust the certificate."""
        der = certificates.single(der)
        if self.effective_trust(trust) != _TRUSTED:
            raise TrustNotSupported(
                "This store cannot distrust a certificate that it does not hold.", _REMOVE_HINT
            )
        sha256 = hashlib.sha256(der).hexdigest()
        self._require()
        with _CHANGES.exclusive() as (lock, _):
            for entry in self.entries():
                if entry.der == der:
                    return _already(entry)
            wanted = _sources_of_add(der, sha256)
            _CHANGES.perform(
                "add", sha256, wanted, lock=lock, holds=lambda: der in reading.bundle()
            )
        return True

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Take our file away; with `force`, the certificate out of the administrator's files."""
        self._require()
        with _CHANGES.exclusive() as (lock, _):
            held = [p for p, der in reading.local_certificates() if _sha(der) == sha256]
            listed = next((e for e in self.entries() if e.sha256 == sha256), None)
            if not held and listed is None:
                return False
            if not held:
                raise NotOurs("This certificate came with the system.", _DISTRUST_HINT)
            wanted = _sources_of_remove(held, sha256, force=force)
            rest = bool(set(held) - set(wanted)) or _vendor_selects(sha256)
            _CHANGES.perform(
                "remove", sha256, wanted, lock=lock, holds=lambda: rest or not _in_bundle(sha256)
            )
        return True

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Distrust a certificate of the distribution, or trust it again."""
        effective = self.effective_trust(trust)
        self._require()
        with _CHANGES.exclusive() as (lock, _):
            entry = next((e for e in self.entries() if e.sha256 == sha256), None)
            if entry is None:
                raise EntryNotFound("This store holds no such certificate.", "Import it first.")
            if entry.trust == effective:
                return False
            names = reading.vendor_files(sha256)
            text = conf.read()
            later = text
            for name in names:
                later = conf.marked(later, name, distrusted=effective == _DISTRUSTED)
            if entry.origin is not Origin.VENDOR or later == text:
                raise TrustNotSupported(
                    "This store can distrust only what came with the system.", _REMOVE_HINT
                )
            operation = "distrust" if effective == _DISTRUSTED else "trust"
            _CHANGES.perform(
                operation,
                sha256,
                {layout.CONF: later},
                lock=lock,
                holds=lambda: (
                    any(_sha(d) == sha256 for d in reading.bundle()) == (effective == _TRUSTED)
                ),
            )
        return True

    def settle(self) -> bool:
        """Take back what a kill interrupted; every change does so first. Whether there was any."""
        if not os.path.lexists(layout.RECORDS):
            return False
        _require_root()
        with _CHANGES.exclusive(alone=False) as (_, settled):
            return settled

    def _require(self) -> None:
        _require_root()
        available = self.availability()
        if not available.available:
            raise StoreUnavailable(available.reason, available.fix)
        if available.reason:
            raise WriteFailed(available.reason, available.fix)
        for folder in (layout.LOCAL, layout.DERIVED):
            if folder.is_symlink():
                raise UnsafeFile(f"{folder} is a symbolic link.", "Nothing was changed.")


_REMOVE_HINT = "Remove it instead: trustmgr remove (with --force, if others have put it there)."
_DISTRUST_HINT = "Distrust it instead: trustmgr distrust SHA256"


def _require_root() -> None:
    if not rights.is_administrator():
        raise RightsMissing(
            "Only an administrator may change the system's certificates.",
            "Run the command with sudo.",
        )


def _sha(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


def _in_bundle(sha256: str) -> bool:
    return any(_sha(der) == sha256 for der in reading.bundle())


def _already(entry: Entry) -> bool:
    if entry.trust == _TRUSTED:
        return False
    raise TrustNotSupported(
        f"An administrator of this machine distrusts this certificate (in {layout.CONF}).",
        "Ask why; to trust it again, change its trust instead of importing it.",
    )


def _sources_of_add(der: bytes, sha256: str) -> dict[Path, bytes | None]:
    """Our file; or what our own removal of the certificate took away."""
    ours = layout.LOCAL / certificates.safe_name(der)
    if (undone := _CHANGES.undoing("add", sha256)) is not None:
        return undone
    for path, held in reading.local_certificates():
        if held == der and path != ours:
            raise WriteFailed(
                f"{path} already holds this certificate, but it is not in use yet.",
                "Run: update-ca-certificates",
            )
    if files.regular(ours) is not None and not reading.is_ours(ours, der):
        raise UnsafeFile(
            f"{ours} is not this program's and stands where its file would go.",
            "Nothing was changed. Move that file away and try again.",
        )
    return {ours: certificates.pem(der)}


def _sources_of_remove(held: list[Path], sha256: str, *, force: bool) -> dict[Path, bytes | None]:
    ours = [p for p in held if _holds_ours(p)]
    if force:
        return {path: _rest(path, sha256) for path in held}
    undone = _CHANGES.undoing("remove", sha256)
    if undone is not None and set(undone) == set(held):  # what we had taken away and brought back
        return undone
    if not ours:
        raise NotOurs(
            f"This program did not add {held[0]}: an administrator did.",
            "Use force to remove it all the same.",
        )
    return dict.fromkeys(ours, None)


def _holds_ours(path: Path) -> bool:
    found = certificates.all_in(files.read_bounded(path, layout.LIMIT))
    return len(found) == 1 and reading.is_ours(path, found[0])


def _rest(path: Path, sha256: str) -> bytes | None:
    return certificates.without(files.read_bounded(path, layout.LIMIT, follow=False), sha256)


def _vendor_selects(sha256: str) -> bool:
    selected = conf.selected(conf.read())
    return any(name in selected for name in reading.vendor_files(sha256))

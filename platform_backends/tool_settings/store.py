"""One tool as a store: what it would read now, and its setting changed so that it reads more."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
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
    Store,
    StoreError,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
)
from platform_backends.tool_settings import bundle, places, system, tool
from platform_backends.tool_settings.change import Changes
from platform_backends.tool_settings.tool import Tool

#: One file in the folder tools/ for each, in the order in which they are shown.
_ALL = (
    "git",
    "pip",
    "npm",
    "node",
    "curl",
    "wget",
    "requests",
    "openssl",
    "aws",
    "conda",
    "cargo",
)
#: Not on these systems. Windows: its curl, and Cargo by the same library, read the system's store, for
#: all of which a file in their setting would stand in (curl's CURLOPT_CAINFO: "Schannel"), so that is where
#: to import for them; Wget does not come with Windows, and where it comes from decides what it reads.
_WITHOUT: Mapping[str, frozenset[str]] = {"win32": frozenset({"curl", "cargo", "wget"})}
#: Those of this system.
_TOOLS = tuple(name for name in _ALL if name not in _WITHOUT.get(sys.platform, ()))

_REFRESH = "Run: trustmgr stores --refresh"


def tool_stores() -> Sequence[Store]:
    """The store of each tool, available or not."""
    return tuple(ToolStore(tool_named(name)) for name in _TOOLS)


def tool_named(name: str) -> Tool:
    """What is known of one tool of the table, by its name."""
    made: Tool = import_module(f"platform_backends.tool_settings.tools.{name}").tool()
    return made


class ToolStore:
    """What one tool is told to trust."""

    scope = Scope.TOOL
    privilege = Privilege.NONE

    def __init__(self, of: Tool) -> None:
        self.tool = of
        self.changes = Changes(of)
        self.id = f"tool.{of.name}"
        self.title = of.title

    def availability(self) -> Availability:
        """Available when the tool is there and what its setting names can be read.

        An available one may have a reason too: what keeps the setting from having its effect.
        """
        if not self.tool.installed:
            return Availability(False, f"{self.tool.program} is not installed.", self.tool.install)
        try:
            self.changes.record()
            self._read()
            return self._doubts()
        except StoreError as error:
            return Availability(False, error.sentence, error.next_step)

    def entries(self) -> Sequence[Entry]:
        """What the tool reads because of its setting; without one, the machine's roots if it reads those."""
        if self._reads_system():
            return system.inherited()
        path, data = self._read()
        record = self.changes.record()
        ours = {hashlib.sha256(der).digest() for der in record.added} if record else set()
        origin, trust = (
            _origin(path if record is None else self.changes.base(record)),
            self.tool.trust,
        )
        found = dict.fromkeys(certificates.all_in(data)) if data else {}
        return tuple(
            Entry(
                der,
                trust,
                Origin.THIS_PROGRAM if hashlib.sha256(der).digest() in ours else origin,
                str(path),
                inherited=record is None and path in places.MACHINE,
            )
            for der in found
        )

    def effective_trust(self, wanted: Trust) -> Trust:
        """For TLS servers, or for everything: as the tool takes what it is told."""
        if wanted.server_auth is not Decision.TRUSTED or any(
            wanted.decision(purpose) is Decision.DISTRUSTED for purpose in Purpose
        ):
            raise TrustNotSupported(
                f"{self.title} only knows certificates that it trusts for servers.",
                "Import for server-auth, or remove the certificate.",
            )
        if elsewhere := self.tool.elsewhere():
            raise TrustNotSupported(elsewhere, "Import into windows.user.root.")
        return self.tool.trust

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The bundle, and the setting where it is changed."""
        lines = [f"Write {self.changes.bundle}"]
        if operation is Operation.ADD and not self._is_set():
            lines.append(f"Set {self.tool.key} in {self.tool.write}")
        elif operation is Operation.REMOVE:
            lines.append(f"Take {self.tool.key} in {self.tool.write} back, if nothing else is left")
        return (*lines, self.tool.counts) if self.tool.variable else tuple(lines)

    def add(self, der: bytes, trust: Trust) -> bool:
        """Into our bundle, which the setting names then; nothing when the tool trusts it already."""
        der = certificates.single(der)
        self.effective_trust(trust)
        with self.changes.exclusive():
            self._require()
            if any(entry.der == der for entry in self.entries()):
                return False
            record = self.changes.record()
            added = record.added if record is not None else ()
            self.changes.put((*added, der), removing=False)
        return True

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Out of our bundle; with `force`, out of a file of the user's that the setting names."""
        with self.changes.exclusive():
            record = self.changes.record()
            added = record.added if record is not None else ()
            kept = tuple(der for der in added if hashlib.sha256(der).hexdigest() != sha256)
            if len(kept) < len(added):
                self.changes.put(kept, removing=True) if kept else self.changes.take_away()
                return True
            held = next((e for e in self.entries() if e.sha256 == sha256), None)
            if held is None:
                return False
            if not force or held.inherited or held.origin is not Origin.USER:
                raise NotOurs(
                    f"This program did not add this certificate to {held.location}.",
                    "Use force to take it out of a file of yours; the system's is a store of its own.",
                )
            self._remove_theirs(sha256)
            if added:
                self.changes.put(added, removing=True)
        return True

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """There is one trust alone: False, or `TrustNotSupported`."""
        entry = next((e for e in self.entries() if e.sha256 == sha256), None)
        if entry is None:
            raise EntryNotFound(f"{self.title} has no such certificate.", "Import it first.")
        self.effective_trust(trust)
        return False

    def settle(self) -> bool:
        """Take back or finish what a kill interrupted. Whether there was anything."""
        if not os.path.lexists(self.changes.folder):
            return False
        with self.changes.exclusive() as settled:
            return settled

    def presumed(self) -> bool:
        """Whether nothing is set, and there is no program to look for."""
        return not self.tool.program and not self.tool.value()

    def refresh(self) -> bool:
        """Make our bundle anew when what it is made from has changed; whether it had."""
        if not self.stale():
            return False
        with self.changes.exclusive():
            record = self.changes.record()
            if record is not None:
                self.changes.put(record.added, removing=True)
        return True

    def stale(self) -> bool:
        """Whether the roots in our bundle are no longer those that it was made from."""
        record = self.changes.record()
        if record is None:
            return False
        base = self.changes.base(record)
        if not self.changes.bundle.exists():
            return True
        return base is not None and bundle.fingerprint(bundle.read(base)) != record.base_sha256

    def _is_set(self) -> bool:
        return tool.names(self.changes.bundle, self.tool.value())

    def _reads_system(self) -> bool:
        """Whether nothing is set, and the machine's roots, which it reads then, are in no file."""
        without = not self.tool.value() and self.tool.reads_machine()
        return without and places.machine_roots() is None and sys.platform == "win32"

    def _read(self) -> tuple[Path, bytes]:
        """What the tool reads: which file, and its bytes."""
        value = self.tool.value()
        if value:
            path = self.changes.bundle if self._is_set() else places.named(value)
            if path == self.changes.bundle and not path.exists():
                raise StoreUnavailable(f"{path} is missing.", _REFRESH)
            return path, bundle.read(path)
        machine = places.machine_roots() if self.tool.reads_machine() else None
        return (machine, bundle.read(machine)) if machine else (self.tool.write, b"")

    def _require(self) -> None:
        found = self.availability()
        if not found.available:
            raise StoreUnavailable(found.reason, found.fix)

    def _remove_theirs(self, sha256: str) -> None:
        record = self.changes.record()
        path = self.changes.base(record)
        if path is None:
            return
        rest = certificates.without(bundle.read(path), sha256)
        if rest is None:
            raise NotOurs(
                f"{path} holds nothing else, and {self.title} would trust nobody without it.",
                f"Take the setting that names it away ({self.tool.key}).",
            )
        files.replace(path, rest)

    def _doubts(self) -> Availability:
        if unchecked := self.tool.unchecked():
            return Availability(
                True,
                f"Verification is switched off: {unchecked}.",
                "Take that line away once the right authority is trusted.",
            )
        if overruled := self.tool.overruled():
            return Availability(True, overruled, "Take that setting away if it is not meant.")
        if elsewhere := self.tool.elsewhere():
            return Availability(True, elsewhere, "Import into windows.user.root.")
        value = self.tool.value()
        for variable in self.tool.stronger:
            if (other := os.environ.get(variable)) and other != value:
                return Availability(
                    True,
                    f"{variable} is set to {other!r} and counts instead of the setting.",
                    f"Take {variable} away where it is set (a profile of the shell, or the session).",
                )
        if self.tool.left_over():
            return Availability(
                True, f"{self.tool.variable} still names a file that is gone.", self.tool.renew
            )
        if self.tool.waits():
            return Availability(
                True, f"{self.tool.variable} does not count in this session yet.", self.tool.renew
            )
        if self.stale():
            return Availability(
                True,
                "The machine's roots have changed since its bundle was made.",
                _REFRESH,
            )
        return Availability(True)


def _origin(path: Path | None) -> Origin:
    if path is None or path in places.MACHINE or path == places.base_roots():
        return Origin.VENDOR
    return Origin.USER if path.is_relative_to(places.home()) else Origin.ADMINISTRATOR

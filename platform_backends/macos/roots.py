"""``macos.roots``: Apple's own list. It cannot be changed, but a user can distrust what is on it."""

from __future__ import annotations

from collections.abc import Sequence

from platform_backends.base import (
    Availability,
    Decision,
    Entry,
    EntryNotFound,
    Operation,
    Origin,
    Privilege,
    Purpose,
    Scope,
    Trust,
    TrustNotSupported,
)
from platform_backends.macos import places, security_cli, trust_settings
from platform_backends.macos.place import self_signed
from platform_backends.macos.store import KeychainStore
from platform_backends.macos.trust_settings import Domain

_EVERYTHING = Trust.everything(Decision.TRUSTED)
_DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


class RootsStore:
    """The authorities that Apple ships, with what administrator and user say about them."""

    id = "macos.roots"
    title = "Apple's roots"
    scope = Scope.MACHINE
    privilege = Privilege.NONE

    def __init__(self, users: KeychainStore) -> None:
        self._users = users

    def availability(self) -> Availability:
        """Available where macOS has its list."""
        if not places.ROOTS_KEYCHAIN.exists():
            return Availability(False, f"{places.ROOTS_KEYCHAIN} is missing.", "Update macOS.")
        return Availability(True)

    def entries(self) -> Sequence[Entry]:
        """Apple's settings, over which the user's count, over which the administrator's count."""
        held = security_cli.certificates(places.ROOTS_KEYCHAIN)
        domains = [security_cli.domain(flags) for flags in (("-d",), (), ("-s",))]
        where = str(places.ROOTS_KEYCHAIN)
        return tuple(Entry(der, _effective(der, domains), Origin.VENDOR, where) for der in held)

    def suits(self, der: bytes) -> bool:
        """Nothing is imported into Apple's list."""
        return False

    def effective_trust(self, wanted: Trust) -> Trust:
        """All or nothing: as Apple ships it, or distrusted."""
        if wanted not in (_EVERYTHING, _DISTRUSTED):
            raise TrustNotSupported(
                "Apple's list cannot be added to; what is on it can only be distrusted.",
                "Import into macos.login or macos.system.",
            )
        return wanted

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """Where a distrust is recorded."""
        return self._users.preview(operation, der) if operation is Operation.SET_TRUST else ()

    def add(self, der: bytes, trust: Trust) -> bool:
        """Raises `TrustNotSupported`."""
        raise TrustNotSupported(
            "Apple's list of roots cannot be added to.", "Import into macos.login or macos.system."
        )

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Raises `TrustNotSupported` for what is there: it can only be distrusted."""
        if any(entry.sha256 == sha256 for entry in self.entries()):
            raise TrustNotSupported(
                "Nothing can be taken out of Apple's list.",
                "Distrust it instead: trustmgr distrust SHA256",
            )
        return False

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """A distrust goes into the user's trust settings, and the trust of before takes it out again."""
        entry = next((e for e in self.entries() if e.sha256 == sha256), None)
        if entry is None:
            raise EntryNotFound("Apple's list holds no such certificate.", "See: trustmgr list")
        if entry.trust == trust:
            return False
        distrusts = trust == _DISTRUSTED
        if not distrusts and any(trust.decision(p) is Decision.DISTRUSTED for p in Purpose):
            self.effective_trust(trust)
        return self._users.retrust(entry.der, _DISTRUSTED if distrusts else Trust())

    def settle(self) -> bool:
        """What a kill interrupted is in the user's store."""
        return self._users.settle()


def _effective(der: bytes, domains: Sequence[Domain]) -> Trust:
    """For each purpose the first domain with an opinion; Apple trusts what it ships unless it says otherwise."""
    rooted = self_signed(der)
    records = [domain.of(der) for domain in domains]
    said = [trust_settings.trust(record, self_signed=rooted) for record in records]
    if records[-1] is None:
        said[-1] = _EVERYTHING
    decided = {
        purpose.value: next(
            (t.decision(purpose) for t in said if t.decision(purpose) is not Decision.UNSPECIFIED),
            Decision.UNSPECIFIED,
        ).value
        for purpose in Purpose
    }
    return Trust.from_json(decided)

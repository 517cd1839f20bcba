"""``macos.login@HOST``: what a Mac trusts for one host alone, a setting with that host in the record of a certificate.

Keychain, record and memory are those of the store without a host, so both are changed under one lock, and the
certificate goes with whichever leaves last. macOS compares hosts for TLS servers alone, and names no port.
"""

from __future__ import annotations

from collections.abc import Sequence

from platform_backends.base import (
    Availability,
    Decision,
    Scope,
    Store,
    StoreError,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
)
from platform_backends.macos import security_cli, trust_settings
from platform_backends.macos.memory import Remembered
from platform_backends.macos.place import Seen, State
from platform_backends.macos.store import LOGIN, SYSTEM, KeychainStore, Kind

_KINDS = {kind.id: kind for kind in (LOGIN, SYSTEM)}
#: Chromium, net/cert/internal/trust_store_mac.cc; Firefox, security/manager/ssl/EnterpriseRoots.cpp.
_HEEDED = (
    "Only Safari and programs that leave the judgement to macOS heed what is for one host; Chrome, Firefox and "
    "others ignore it."
)


class HostStore(KeychainStore):
    """Certificates with settings for one host."""

    def __init__(self, kind: Kind, host: str) -> None:
        super().__init__(kind, host)
        self.id = f"{kind.id}@{host}"
        self.title = f"{kind.title.partition(' (')[0]}, for {host} alone"
        self.scope = Scope.TOOL

    def availability(self) -> Availability:
        """As that of the whole keychain; the reason tells first who ignores it."""
        found = super().availability()
        if not found.available:
            return found
        reason = f"{_HEEDED} {found.reason}".rstrip()
        return Availability(True, reason, found.fix or f"For these import into {self.kind.id}.")

    def effective_trust(self, wanted: Trust) -> Trust:
        """Trusted or distrusted for servers; nothing else is known of a host."""
        if wanted.server_auth is Decision.UNSPECIFIED:
            raise TrustNotSupported(
                f"{self.title} only knows what is trusted or distrusted for servers.",
                f"Import for server-auth, or into {self.kind.id}.",
            )
        return Trust(server_auth=wanted.server_auth)

    def _lists(self, state: State, known: Remembered) -> bool:
        return self.host in trust_settings.hosts(state.record)

    def _is_ours(self, known: Remembered) -> bool:
        return self.host in known.hosts

    def _gone(self, der: bytes, seen: Seen, *, force: bool) -> State:
        """Also by force what is said beside stays."""
        return self._left(self._known(der), seen.state(der))


def host_stores() -> Sequence[Store]:
    """Those of the hosts that there are settings for; none where these cannot be read."""
    return [HostStore(kind, host) for kind in _KINDS.values() for host in _hosts(kind)]


def host_store(identity: str) -> Store | None:
    """One by id, there or not yet; None for an id without a host. Raises `StoreUnavailable`."""
    name, at, host = identity.partition("@")
    if not at or name not in _KINDS:
        return None
    if not host or _canonical(host) != host:
        raise StoreUnavailable(
            f"There is no store {identity!r} here.",
            f"Write {name}@{_canonical(host) or 'HOST'}: a host name in lower case or an address, and no port.",
        )
    return HostStore(_KINDS[name], host)


def _hosts(kind: Kind) -> Sequence[str]:
    try:
        records = security_cli.domain(kind.flags).records.values()
    except StoreError:
        return ()
    found = dict.fromkeys(host for record in records for host in trust_settings.hosts(record))
    return [host for host in found if _canonical(host) == host]


def _canonical(host: str) -> str:
    """As it stands in an id; empty for what is no host."""
    from platform_backends.tool_settings.site import HTTPS, Site

    try:
        return Site.of(host.removeprefix("[").removesuffix("]"), HTTPS).host
    except StoreUnavailable:
        return ""

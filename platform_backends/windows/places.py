"""Which stores there are, and in which physical stores each of them lies.

Locations and registry keys: learn.microsoft.com/windows/win32/seccrypto/system-store-locations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from platform_backends.base import Origin, Scope
from platform_backends.windows import crypt32 as api
from platform_backends.windows.shelf import Shelf

_CERTIFICATES = r"Software\Microsoft\SystemCertificates"
_POLICIES = r"Software\Policies\Microsoft\SystemCertificates"
_ENTERPRISE = r"Software\Microsoft\EnterpriseCertificates"
_USER, _MACHINE = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"


class Kind(StrEnum):
    """The stores that matter; the value is the last word of their ids."""

    ROOT = "root"
    CA = "ca"
    TRUSTED_PEOPLE = "trustedpeople"
    DISALLOWED = "disallowed"
    MY = "my"


#: The name in the registry, and what certmgr.msc calls it.
_NAMES: Mapping[Kind, tuple[str, str]] = {
    Kind.ROOT: ("Root", "Trusted Root Certification Authorities"),
    Kind.CA: ("CA", "Intermediate Certification Authorities"),
    Kind.TRUSTED_PEOPLE: ("TrustedPeople", "Trusted People"),
    Kind.DISALLOWED: ("Disallowed", "Untrusted Certificates"),
    Kind.MY: ("My", "Personal"),
}


@dataclass(frozen=True)
class Part:
    """One physical store, and who fills it (this program besides, if it is `own`)."""

    shelf: Shelf
    origin: Origin
    key: str  # in the registry
    own: bool = False

    def location(self, der: bytes) -> str:
        """The key of one certificate in the registry."""
        digest = hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()
        return f"{self.key}\\{self.shelf.name}\\Certificates\\{digest}"


@dataclass(frozen=True)
class Place:
    """One store of ours: a kind of certificates, for this user or the whole computer."""

    kind: Kind
    scope: Scope

    @property
    def id(self) -> str:
        """``windows.user.root``, ``windows.machine.disallowed``, ..."""
        return f"windows.{self.scope.value}.{self.kind.value}"

    @property
    def title(self) -> str:
        """As in certmgr.msc and certlm.msc."""
        whom = "this user" if self.scope is Scope.USER else "this computer"
        return f"Windows: {_NAMES[self.kind][1]} ({whom})"

    @property
    def name(self) -> str:
        """Root, CA, ..."""
        return _NAMES[self.kind][0]

    @property
    def own(self) -> Part:
        """Where this program may write."""
        return next(part for part in self.parts() if part.own)

    @property
    def disallowed(self) -> Place:
        """Where distrust is kept in the same location."""
        return Place(Kind.DISALLOWED, self.scope)

    def parts(self) -> Iterator[Part]:
        """Every physical store, our own first. A user's are without the machine's."""
        name = self.name
        if self.scope is Scope.USER:
            yield _part(api.CERT_SYSTEM_STORE_CURRENT_USER, name, Origin.USER, own=True)
            yield _part(api.CERT_SYSTEM_STORE_CURRENT_USER_GROUP_POLICY, name, Origin.POLICY)
            return
        yield _part(api.CERT_SYSTEM_STORE_LOCAL_MACHINE, name, Origin.ADMINISTRATOR, own=True)
        yield _part(api.CERT_SYSTEM_STORE_LOCAL_MACHINE_GROUP_POLICY, name, Origin.POLICY)
        yield _part(api.CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE, name, Origin.POLICY)
        if self.kind is Kind.ROOT:
            yield _part(api.CERT_SYSTEM_STORE_LOCAL_MACHINE, "AuthRoot", Origin.VENDOR)


#: Location -> registry key.
_KEYS = {
    api.CERT_SYSTEM_STORE_CURRENT_USER: f"{_USER}\\{_CERTIFICATES}",
    api.CERT_SYSTEM_STORE_CURRENT_USER_GROUP_POLICY: f"{_USER}\\{_POLICIES}",
    api.CERT_SYSTEM_STORE_LOCAL_MACHINE: f"{_MACHINE}\\{_CERTIFICATES}",
    api.CERT_SYSTEM_STORE_LOCAL_MACHINE_GROUP_POLICY: f"{_MACHINE}\\{_POLICIES}",
    api.CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE: f"{_MACHINE}\\{_ENTERPRISE}",
}


def _part(location: int, name: str, origin: Origin, *, own: bool = False) -> Part:
    return Part(Shelf(location, name), origin, _KEYS[location], own)


def places() -> tuple[Place, ...]:
    """All of them, the narrowest first."""
    return tuple(Place(kind, scope) for scope in (Scope.USER, Scope.MACHINE) for kind in Kind)

"""The kinds of place where clients look for authorities, and the store behind each."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from trustmgr.clients.base import bracketed, of_system

if TYPE_CHECKING:
    from platform_backends.base import Store
    from platform_backends.tool_settings.tool import Tool

#: Where Debian and its relatives keep what OpenSSL finds by hash, besides the one file.
_LINKS = Path("/etc/ssl/certs")


@dataclass(frozen=True)
class Here:
    """This machine, its user's environment, and the site that is meant."""

    environment: Mapping[str, str]
    host: str = ""
    port: int = 443

    @cached_property
    def stores(self) -> tuple[Store, ...]:
        """What discovery finds."""
        from platform_backends.discovery import all_stores

        return all_stores()

    @cached_property
    def system(self) -> tuple[str, ...]:
        """The stores of authorities that are of no single tool and take an import, the user's before the
        machine's."""
        from platform_backends.base import Scope, holds_authorities

        shared = [
            store
            for store in self.stores
            if store.scope is not Scope.TOOL and holds_authorities(store) and _takes_imports(store)
        ]
        shared.sort(key=lambda store: store.scope is Scope.MACHINE)
        return tuple(store.id for store in shared if store.availability().available)

    def value(self, variable: str) -> str:
        """What a variable names; empty: nothing."""
        return self.environment.get(variable, "")

    def behind(self, file: str) -> tuple[str, ...]:
        """The stores that a file or folder is made from: the system's, or a tool's for its bundle."""
        from platform_backends.tool_settings import places

        if not file:
            return ()
        if of_system(str(places.named(file))):
            return self.system
        tool = places.tool_of(places.named(file))
        return (f"tool.{tool}",) if tool else ()


def _takes_imports(store: Store) -> bool:
    """Not so a system's own list."""
    from platform_backends.base import SERVER_AUTH_ONLY, TrustNotSupported

    try:
        store.effective_trust(SERVER_AUTH_ONLY)
    except TrustNotSupported:
        return False
    return True


def _counts(identity: str) -> bool:
    """Whether a tool reads what is imported into a store of its own: it may be told to ask the system."""
    from platform_backends.base import StoreError
    from platform_backends.discovery import open_store

    try:
        return _takes_imports(open_store(identity))
    except StoreError:  # not here, or it cannot be read
        return False


class Place(Protocol):
    """One place in the order in which a client looks."""

    def ids(self, here: Here) -> Iterable[str]:
        """The stores behind it on this machine."""

    def hides(self, here: Here) -> bool:
        """Whether what is set there counts instead of the places that come after it."""


@dataclass(frozen=True)
class Variable:
    """A variable that names a file, or a folder, and replaces whatever comes after."""

    name: str

    def ids(self, here: Here) -> Iterable[str]:
        """Those of the file that it names."""
        return here.behind(here.value(self.name))

    def hides(self, here: Here) -> bool:
        """Whether it is set."""
        return bool(here.value(self.name))


@dataclass(frozen=True)
class ForSite:
    """A tool's store for the one site. What it holds counts before all else, for this site alone."""

    tool: str

    def ids(self, here: Here) -> Iterable[str]:
        """It opens before it is there."""
        identity = f"tool.{self.tool}@{bracketed(here.host)}:{here.port}"
        return (identity,) if _counts(identity) else ()

    def hides(self, here: Here) -> bool:
        """The same site is not asked for twice."""
        return False


@dataclass(frozen=True)
class ForHost:
    """What a system's own store says of one host, on whichever port."""

    store: str

    def ids(self, here: Here) -> Iterable[str]:
        """It opens before it is there."""
        return (f"{self.store}@{here.host.lower()}",)

    def hides(self, here: Here) -> bool:
        """Other certificates are still judged by the rest."""
        return False


@dataclass(frozen=True)
class Setting:
    """A tool's own setting, in a file or in a variable that is set at log-in."""

    tool: str

    def ids(self, here: Here) -> Iterable[str]:
        """The tool's; and those behind the file that it names now."""
        identity = f"tool.{self.tool}"
        return (identity, *here.behind(self._named(here))) if _counts(identity) else ()

    def hides(self, here: Here) -> bool:
        """Whether it is set, and replaces what the tool would read without it."""
        return bool(self._named(here)) and self._known.replaces

    def _named(self, here: Here) -> str:
        """Of a variable, what it is in this session."""
        from platform_backends.base import StoreError

        if self._known.variable:
            return here.value(self._known.variable)
        try:
            return self._known.value()
        except StoreError:  # the store itself says so
            return ""

    @property
    def _known(self) -> Tool:
        from platform_backends.tool_settings import tool_named

        return tool_named(self.tool)


@dataclass(frozen=True)
class OpenSsl:
    """The variables of OpenSSL: each replaces half of what it reads, a file and a folder.

    SSL_CTX_set_default_verify_paths(3); Go's crypto/x509 and the curl program do alike.
    """

    def ids(self, here: Here) -> Iterable[str]:
        """The store of the variable, and what both name in this session."""
        folders = here.value("SSL_CERT_DIR").split(os.pathsep)
        named = [here.value("SSL_CERT_FILE"), *folders]
        return ("tool.openssl", *(found for place in named for found in here.behind(place)))

    def hides(self, here: Here) -> bool:
        """Whether neither half is left; the folder serves only where the system fills it."""
        folder = bool(here.value("SSL_CERT_DIR")) or not any(_LINKS.glob("*.0"))
        return bool(here.value("SSL_CERT_FILE")) and folder


@dataclass(frozen=True)
class System:
    """What this system's programs share; `only`: beginnings of the ids of the systems that are meant."""

    only: tuple[str, ...] = ("",)

    def ids(self, here: Here) -> Iterable[str]:
        """Asked of discovery: a machine has one family or another."""
        return (store for store in here.system if store.startswith(self.only))

    def hides(self, here: Here) -> bool:
        """Nothing does."""
        return False


@dataclass(frozen=True)
class SystemFor:
    """The same, for a tool of which some kinds read that and others a list of their own."""

    tool: str

    def ids(self, here: Here) -> Iterable[str]:
        """As the kind does that is on this machine."""
        from platform_backends.base import StoreError
        from platform_backends.tool_settings import tool_named

        try:
            reads = tool_named(self.tool).reads_machine()
        except StoreError:  # the store itself says so
            reads = False
        return here.system if reads else ()

    def hides(self, here: Here) -> bool:
        """Nothing does."""
        return False


@dataclass(frozen=True)
class Own:
    """The stores that the client itself names, where this machine has them."""

    client: str

    def ids(self, here: Here) -> Iterable[str]:
        """None when it names a setting instead. In the order of discovery."""
        from trustmgr.clients import client

        named = client(self.client).store(here.environment).split(" + ")
        return (store.id for store in here.stores if store.id in named)

    def hides(self, here: Here) -> bool:
        """It reads others besides."""
        return False


@dataclass(frozen=True)
class Named:
    """A store that only some machines have."""

    id: str

    def ids(self, here: Here) -> Iterable[str]:
        """None where it is not."""
        return (store.id for store in here.stores if store.id == self.id)

    def hides(self, here: Here) -> bool:
        """It is read besides others."""
        return False


@dataclass(frozen=True)
class Truststore:
    """What pip reads besides its own list, if it is new enough to."""

    def ids(self, here: Here) -> Iterable[str]:
        """Those of programs on OpenSSL; elsewhere than on Linux it asks the system itself."""
        from trustmgr.clients.pip import reads_system

        if not reads_system():
            return ()
        if sys.platform != "linux":
            return here.system
        return (*OpenSsl().ids(here), *(() if OpenSsl().hides(here) else here.system))

    def hides(self, here: Here) -> bool:
        """It is read besides others."""
        return False

"""The stores for one site alone: the narrowest trust that a tool knows.

Their ids are ``tool.NAME@HOST:PORT``. One opens whether or not it is there yet, as a folder does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from platform_backends.base import Store, StoreUnavailable
from platform_backends.tool_settings import git_sites
from platform_backends.tool_settings.certs_folder import ENGINES, CertsFolderStore, Engine
from platform_backends.tool_settings.site import Site
from platform_backends.tool_settings.store import ToolStore


@dataclass(frozen=True)
class _Kind:
    here: Callable[[], bool]  # whether anybody would read it on this machine
    open: Callable[[Site], Store]
    sites: Callable[[], Sequence[Site]]  # those that have a store already


def _folders(engine: Engine) -> _Kind:
    return _Kind(engine.here, engine.store, engine.sites)


#: By the name in the id, in the order in which they are offered.
_KINDS: Mapping[str, _Kind] = {
    "git": _Kind(git_sites.here, lambda s: ToolStore(git_sites.tool(s)), git_sites.sites),
    **{name: _folders(engine) for name, engine in ENGINES.items()},
}


def _kinds() -> Mapping[str, _Kind]:
    """Those of this system: where engines run in a virtual machine they take the system's own store into
    it (docs.docker.com, "Add custom CA certificates"), and Windows has no names with a colon."""
    return _KINDS if sys.platform == "linux" else {"git": _KINDS["git"]}


def site_store_ids(host: str, port: int) -> tuple[str, ...]:
    """The ids of the stores for one site that somebody on this machine would read.

    Raises `StoreUnavailable` for what is no host name in ASCII, no address or no port.
    """
    site = Site.of(host, port)
    return tuple(f"tool.{name}@{site}" for name, kind in _kinds().items() if kind.here())


def site_stores() -> Sequence[Store]:
    """Those that somebody has made already."""
    return [kind.open(site) for kind in _kinds().values() for site in kind.sites()]


def site_store(identity: str) -> Store | None:
    """One by id, there or not yet; None for an id that is not of a site. Raises `StoreUnavailable`."""
    name, at, rest = identity.removeprefix("tool.").partition("@")
    if not at or name not in _kinds():
        return None
    site = Site.parse(rest)
    if str(site) != rest:
        raise StoreUnavailable(
            f"There is no store {identity!r} here.", f"Write tool.{name}@{site} for that site."
        )
    return _kinds()[name].open(site)


def system_registry(identity: str) -> CertsFolderStore | None:
    """The store of a registry below /etc, whatever the home says: for the privileged helper."""
    name, at, rest = identity.removeprefix("tool.").partition("@")
    engine = ENGINES.get(name)
    return engine.of_system().store(Site.parse(rest)) if at and engine is not None else None

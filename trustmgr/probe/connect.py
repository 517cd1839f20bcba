"""Finding a site's addresses and shaking hands with them, one after the other."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from trustmgr.evidence import Attempt, Evidence, Failure
from trustmgr.probe.addresses import NameNotFound, resolve
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.route import Route
from trustmgr.probe.tls import attempts
from trustmgr.progress import Progress
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.options import InspectOptions
    from trustmgr.probe.proxy import Proxy
    from trustmgr.target import Target

_PROXY_SETTINGS = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")

#: Failures that say nothing about the site behind the name: its next address is tried.
_TRY_NEXT = (Failure.REFUSED, Failure.UNREACHABLE, Failure.CONNECT_TIMEOUT)


async def connect(evidence: Evidence, options: InspectOptions, progress: Progress) -> Evidence:
    """The evidence with addresses and attempts. Finding and connecting share ``options.timeout``.

    What fails is evidence. Raises `Cancelled`, and `UsageError` for an unknown STARTTLS protocol.
    """
    target = evidence.target
    deadline = Deadline(options.timeout, progress)
    proxy, note = _proxy(Route.to(target, None), direct=target.connect is not None)
    route = Route.to(target, proxy)
    progress.say(f"Connecting to {inert(route.host, 100)}.")
    addresses: tuple[str, ...] = ()
    if proxy is None:
        try:
            addresses = await resolve(route.host, deadline)
        except NameNotFound as error:
            return replace(evidence, dns_failure=str(error), notes=note)
    made = await _try(route, addresses or (route.host,), deadline, options.timeout)
    return replace(evidence, addresses=addresses, attempts=tuple(made), notes=note)


def route_of(target: Target) -> Route:
    """The way that `connect` takes to a site."""
    proxy, _ = _proxy(Route.to(target, None), direct=target.connect is not None)
    return Route.to(target, proxy)


async def _try(
    route: Route, addresses: tuple[str, ...], deadline: Deadline, seconds: float
) -> list[Attempt]:
    made: list[Attempt] = []
    for left, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
        # an address where nobody answers must leave time for the next one
        patience = deadline.remaining / 2 if left else None
        made.extend(await attempts(route, address, deadline, seconds, patience))
        if made[-1].failure not in _TRY_NEXT or deadline.expired:
            break
    return made


def _proxy(route: Route, *, direct: bool) -> tuple[Proxy | None, tuple[str, ...]]:
    """The proxy for this route and a note about one that cannot be used."""
    if direct or not any(name in os.environ for name in _PROXY_SETTINGS):
        return None, ()
    from trustmgr.probe.proxy import ProxyNotUsable, proxy_for

    try:
        return proxy_for("https", route.host, route.port), ()
    except ProxyNotUsable as error:
        return None, (str(error),)

"""Clients that cannot be told an address: they ask the system for the name in the URL."""

from __future__ import annotations

from collections.abc import Mapping

from trustmgr.clients.base import Attempt, bracketed, environment
from trustmgr.clients.program import Program
from trustmgr.text import inert


class ByName(Program):
    """A client that is only started where it would ask the server that is meant."""

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """No proxy that would connect somewhere else."""
        return direct(attempt, environment())

    def cannot(self, attempt: Attempt) -> str:
        """Whether the name leads to the address."""
        import socket

        try:
            found = socket.getaddrinfo(attempt.name, attempt.port, type=socket.SOCK_STREAM)
            meant = socket.getaddrinfo(attempt.address, attempt.port, type=socket.SOCK_STREAM)
        except OSError as error:
            return f"{attempt.name} is not found: {error.strerror or error}"
        if {place[4][0] for place in meant} & {place[4][0] for place in found}:
            return ""
        return f"{self.title} asks for addresses itself and cannot be told another one."


def url(attempt: Attempt) -> str:
    """Where a client is sent."""
    return f"https://{bracketed(attempt.name)}:{attempt.port}/"


def setting(tool: str) -> str:
    """``tool.NAME (file)`` when the tool's setting names a file; empty: it names none."""
    from platform_backends.base import StoreError
    from platform_backends.tool_settings import tool_named

    try:
        named = tool_named(tool).value()
    except StoreError as error:
        return inert(f"tool.{tool} ({error.sentence})")
    return inert(f"tool.{tool} ({named})") if named else ""


def direct(attempt: Attempt, env: Mapping[str, str]) -> dict[str, str]:
    """`env`, without proxies where these would connect somewhere else."""
    if not elsewhere_by_proxy(attempt):
        return dict(env)
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    kept = {name: value for name, value in env.items() if name.lower() not in proxies}
    return kept | {"no_proxy": "*", "NO_PROXY": "*"}


def elsewhere_by_proxy(attempt: Attempt) -> bool:
    """Whether a proxy would connect somewhere else than is meant."""
    return attempt.target.connect is not None or attempt.name.endswith("localhost")

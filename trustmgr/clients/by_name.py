"""Clients that cannot be told an address: they ask the system for the name in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import Attempt, ClientResult, bracketed
from trustmgr.text import inert

#: Programs that are not started for `--starttls` say so in these words.
_NO_STARTTLS = "{title} cannot begin TLS with {protocol}."


def cannot_reach(attempt: Attempt, title: str) -> str:
    """Why such a client would ask another server than the one meant; empty: it would not."""
    import socket

    if attempt.target.starttls:
        return _NO_STARTTLS.format(title=title, protocol=attempt.target.starttls)
    try:
        found = socket.getaddrinfo(attempt.name, attempt.port, type=socket.SOCK_STREAM)
        meant = socket.getaddrinfo(attempt.address, attempt.port, type=socket.SOCK_STREAM)
    except OSError as error:
        return f"{attempt.name} is not found: {error.strerror or error}"
    if {place[4][0] for place in meant} & {place[4][0] for place in found}:
        return ""
    return f"{title} asks for addresses itself and cannot be told another one."


def url(attempt: Attempt) -> str:
    """Where such a client is sent."""
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
    if attempt.target.connect is None and not attempt.name.endswith("localhost"):
        return dict(env)
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    kept = {name: value for name, value in env.items() if name.lower() not in proxies}
    return kept | {"no_proxy": "*", "NO_PROXY": "*"}


def not_asked(client: str, title: str, why: str, store: str, program: Path) -> ClientResult:
    """The result when a client was not started."""
    return ClientResult(client, title, None, why, store, command=(str(program),))

"""The messages that were collected: from real clients, and from documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return loaded


def documented() -> list[dict[str, Any]]:
    """Messages from documentation, each with its causes, most likely first."""
    return list(_load("documented-errors.json")["messages"])


def faults() -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """(fault, client, output, causes it may be explained with; empty where none is listed)."""
    data = _load("real-errors.json")
    for fault, outputs in data["faults"].items():
        for client, output in outputs.items():
            yield fault, client, output, frozenset(data["causes"].get(fault, ()))


def other_clients() -> list[tuple[set[str], str]]:
    """(causes of which one must be among the first three, message)."""
    lines = (DATA / "other-clients.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return [(set(causes.split(", ")), text.replace("\\n", "\n")) for causes, text in pairs]


def accepted(output: str) -> bool:
    """Whether the client was content with the site."""
    content = (
        "HTTP 200",
        "is this a git repository",
        '-> "/dev/null"',
        "npm notice PONG",
        "CURL OK",
    )
    if output.lower() == "ok" or output.startswith(("OK 200", "OK b'")):
        return True
    if output.strip() == "- Status: The certificate is trusted.":
        return True
    if output.strip().startswith("Verify return code: 0 (ok)") and "error:" not in output:
        return True
    if output.startswith("https://") and " ok" in output:
        return True
    return any(mark in output for mark in content)

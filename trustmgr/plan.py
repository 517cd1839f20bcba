"""What will be done, shown in full before anything happens."""

from __future__ import annotations

from dataclasses import dataclass

from platform_backends.base import Operation, Privilege, Trust


@dataclass(frozen=True)
class Step:
    """One change on one store."""

    operation: Operation
    store: str  # id
    store_title: str
    sha256: str
    der: bytes
    trust: Trust  # wanted
    effective_trust: Trust  # what this store can express
    privilege: Privilege
    preview: tuple[str, ...] = ()  # files written, commands run
    force: bool = False
    before: Trust | None = None  # what the store said when this was planned; None: no entry


@dataclass(frozen=True)
class Plan:
    """Steps in order. `needs_fingerprint`: the certificate did not come from a file the user named.

    All or nothing, unless `keep_going`: then a step that fails leaves the others as they are.
    """

    title: str
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    needs_fingerprint: bool = True
    keep_going: bool = False


@dataclass(frozen=True)
class Confirmation:
    """The user's word. `fingerprint` is what was pasted or typed; `named_file` stands for
    ``--yes`` with a file that the user named; `consent` is for settings, which trust nobody."""

    fingerprint: str = ""
    named_file: bool = False
    consent: bool = False

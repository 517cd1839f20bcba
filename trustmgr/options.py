"""How a target is to be inspected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class InspectOptions:
    """How to inspect. `roots` (files) or `stores` (ids) replace the machine's anchors."""

    at: datetime | None = None  # UTC; None: now
    roots: tuple[Path, ...] = ()
    stores: tuple[str, ...] = ()
    timeout: float = 10.0  # seconds, for each connection
    network: bool = True  # AIA, OCSP and CRL fetches

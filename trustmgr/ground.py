"""What planning, changing and proving need from the engine: the stores, and where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from platform_backends.base import Store


class Ground(Protocol):
    """The part of `trustmgr.engine.Engine` that lower modules may use."""

    sandbox: Path | None

    def stores(self) -> tuple[Store, ...]:
        """The stores of this machine, available or not."""

    def store(self, identity: str) -> Store:
        """One store by id. Raises `StoreUnavailable` for an unknown id."""

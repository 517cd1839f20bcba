"""Settings of the system that are no certificates, and are changed as carefully as trust.

Each has the form of a store, since review, consent, journal, helper, undo and recovery work on
stores: its only entry is its `document`, words that say what is set. A setting is opened by its id
and listed nowhere among the places where trust is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Protocol

from platform_backends.base import Store, is_setting

__all__ = ["Setting", "find", "is_setting", "settings", "title"]


class Setting(Store, Protocol):
    """One setting, on or as it was before."""

    @property
    def document(self) -> bytes:
        """What is set, in words (UTF-8): the first line is its name."""

    @property
    def programs(self) -> Sequence[str]:
        """The ids of the clients that heed it."""


#: System -> "module:class" of each of its settings.
_SETTINGS: Mapping[str, Sequence[str]] = {
    "win32": ("platform_backends.windows.strong_crypto:StrongCrypto",),
}


def settings() -> tuple[Setting, ...]:
    """Those that this system knows, available or not."""
    return tuple(_made(place) for place in _SETTINGS.get(sys.platform, ()))


def title(document: bytes) -> str:
    """The name of a setting, from its document."""
    return document.decode().partition("\n")[0]


def find(identity: str) -> Setting | None:
    """One by its id."""
    return next((one for one in settings() if one.id == identity), None)


def _made(place: str) -> Setting:
    module, name = place.split(":")
    made: Setting = getattr(import_module(module), name)()
    return made

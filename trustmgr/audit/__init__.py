"""Looking at what is trusted here and at the settings that go around it. Reads, never changes.

A kind of observation is one file with ``find`` in `certificates` or `settings`, and a line in
the table here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.audit.observation import Observation, Weight
from trustmgr.audit.scene import Machine, Scene
from trustmgr.progress import Progress

if TYPE_CHECKING:
    from platform_backends.base import Store
    from trustmgr.remedy.change import Change

__all__ = ["Audit", "Observation", "Weight", "audit", "of_settings"]

#: Each has ``find(scene: Scene) -> Iterator[Observation]``.
CERTIFICATES = (
    "known_bad",
    "weak_key",
    "expired",
    "not_public",
    "unconstrained",
    "duplicate",
    "namesake",
    "misfiled",
)
#: Each has ``find(machine: Machine) -> Iterator[Observation]``.
SETTINGS = (
    "environment",
    "git",
    "npm",
    "yarn",
    "pip",
    "conda",
    "cargo",
    "curl",
    "wget",
    "containers",
)

_ORDER = (Weight.DANGER, Weight.WARNING, Weight.NOTICE)


@dataclass(frozen=True)
class Audit:
    """Everything that was seen, what matters most first, and the stores that could not be read."""

    observations: tuple[Observation, ...]
    stores: Mapping[str, str]  # id -> title
    unreadable: Mapping[str, str]  # id -> reason
    unavailable: Mapping[str, str]  # id -> reason and fix; told, and no reason for attention

    @property
    def needs_attention(self) -> bool:
        """Whether something should be done."""
        return bool(self.unreadable) or any(o.needs_attention for o in self.observations)


def audit(
    stores: Sequence[Store],
    changes: Sequence[Change],
    machine: Machine | None,
    progress: Progress,
) -> Audit:
    """Look at stores and, with a `machine`, at its settings. `changes`: the journal's."""
    from trustmgr.holdings import read

    progress.say("Reading the stores")
    scene = Scene(read(stores), changes)
    found: list[Observation] = []
    for kind in CERTIFICATES:
        progress.check()
        found += import_module(f"trustmgr.audit.certificates.{kind}").find(scene)
    if machine is not None:
        progress.say("Reading settings")
        found += of_settings(machine)
    found.sort(key=lambda o: _ORDER.index(o.weight))
    held = scene.holdings
    return Audit(tuple(found), held.stores, held.unreadable, held.unavailable)


def of_settings(machine: Machine) -> tuple[Observation, ...]:
    """What the settings of a home and an environment do to trust."""
    return tuple(
        observation
        for kind in SETTINGS
        for observation in import_module(f"trustmgr.audit.settings.{kind}").find(machine)
    )


def this_machine() -> Machine:
    """The home and environment of this user."""
    import os
    import sys

    from platform_backends.tool_settings import programs

    environment = dict(os.environ)
    if sys.platform == "win32":  # which has no folder for all: git has one of its own
        return Machine(Path.home(), environment, programs.etc("git"))
    return Machine(Path.home(), environment)

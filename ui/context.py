"""What every page may use: the service, the runner of tasks, and words for the status line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.service import Service
from ui.tasks import Runner

if TYPE_CHECKING:
    from ui.demo import DemoStage


@dataclass(frozen=True)
class Context:
    """Handed to pages when they are made."""

    service: Service
    runner: Runner
    tell: Callable[[str], None]  # one line for the status bar
    stage: DemoStage | None = None  # the lab, in the demo

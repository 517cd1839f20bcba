"""What the pages of the wizard share: the one flow from symptom to proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustmgr.clients.base import ClientResult
    from trustmgr.explain import Explanation
    from trustmgr.findings import Remedy
    from trustmgr.plan import Confirmation, Plan
    from trustmgr.remedy.executor import Outcome
    from trustmgr.report import Report
    from trustmgr.target import Target
    from ui.tasks import Task


@dataclass
class Flow:
    """Filled from top to bottom; starting over makes a new one."""

    text: str = ""  # what the user typed, pasted or dropped
    address: str = ""  # what to look at: taken from the text, or a file's path
    pasted: str = ""  # a certificate as text, instead of an address
    explanation: Explanation | None = None
    target: Target | None = None
    report: Report | None = None
    remedy: Remedy | None = None
    certificates: tuple[bytes, ...] = ()  # DER, what would become trusted
    named_file: str = ""  # path of a file that the user chose
    everywhere: bool = False  # wherever it is missing, until the user picks stores
    plan: Plan | None = None
    confirmation: Confirmation | None = None
    before_task: Task | None = None
    before: tuple[ClientResult, ...] | None = None
    before_stores: frozenset[str] = frozenset()  # whose readers were asked for `before`
    outcome: Outcome | None = None
    undone: bool = False  # the outcome was taken back
    after: tuple[ClientResult, ...] | None = None
    messages: list[str] = field(default_factory=list)  # what happened, for the last page

    @property
    def stores(self) -> tuple[str, ...]:
        """The stores that the plan changes."""
        return tuple(step.store for step in self.plan.steps) if self.plan is not None else ()

    def forget_plan(self) -> None:
        """Another remedy, another plan."""
        self.certificates, self.named_file, self.everywhere = (), "", False
        self.plan, self.confirmation = None, None

    def forget_change(self) -> None:
        """Nothing has been done yet."""
        self.outcome, self.undone, self.after, self.messages = None, False, None, []

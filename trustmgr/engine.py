"""The one door to the engine: both faces, window and command line, use only this.

Every method is slow or may be: call it from a background thread, with a `Progress`.
Imports are made where they are needed, so that a command pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.options import InspectOptions
from trustmgr.progress import Progress
from trustmgr.target import Target

if TYPE_CHECKING:
    from platform_backends.base import Purpose, Store
    from platform_backends.settings import Setting
    from trustmgr.audit import Audit
    from trustmgr.clients.base import ClientResult
    from trustmgr.diagnose.together import Together
    from trustmgr.evidence import Evidence
    from trustmgr.explain import Explanation
    from trustmgr.plan import Confirmation, Plan
    from trustmgr.probe.pfx import AskPassword
    from trustmgr.remedy.drift import Drift
    from trustmgr.remedy.executor import Outcome
    from trustmgr.remedy.journal import Change
    from trustmgr.remedy.where import Where
    from trustmgr.report import Report

__all__ = ["Engine", "InspectOptions"]


class Engine:
    """Holds the two things that last: where state lives and whether this is a sandbox.

    `sandbox`: a directory that stands in for the machine's stores (demo and tests): then the
    only store is ``folder:<sandbox>``.
    """

    def __init__(self, sandbox: Path | None = None) -> None:
        self.sandbox = sandbox

    # -- looking ---------------------------------------------------------------------------

    def inspect(
        self, target: Target, options: InspectOptions, progress: Progress | None = None
    ) -> Report:
        """Collect evidence once and diagnose it. Changes nothing."""
        return self.diagnose(self.collect(target, options, progress))

    def collect(
        self,
        target: Target,
        options: InspectOptions,
        progress: Progress | None = None,
        ask_password: AskPassword | None = None,
    ) -> Evidence:
        """The evidence alone. Raises `UnreadableInput` for files, never for sites.

        `ask_password` answers for a locked PKCS#12, given its name; without it `PasswordNeeded` is raised.
        """
        from trustmgr.probe.collect import collect

        stores, programs = self._anchor_stores(options)
        return collect(
            target, options, stores, progress or Progress(), ask_password, programs=programs
        )

    def inspect_many(
        self,
        targets: Sequence[Target],
        options: InspectOptions,
        progress: Progress | None = None,
        ask_password: AskPassword | None = None,
    ) -> Generator[tuple[int, Report | Exception], None, None]:
        """Inspect all of them at once: the place of each and its report, as they are done.

        What `inspect` would raise for one target, `UnreadableInput` or a mistake of ours, is given in
        its place. Stores and files are read now, sites while somebody iterates; closing the iterator
        ends what still runs.
        """
        from trustmgr.probe.collect import collect_many

        stores, programs = self._anchor_stores(options)
        collected = collect_many(
            targets, options, stores, progress or Progress(), ask_password, programs=programs
        )
        return self._diagnose_each(collected)

    def _diagnose_each(
        self, collected: Generator[tuple[int, Evidence | Exception], None, None]
    ) -> Generator[tuple[int, Report | Exception], None, None]:
        with closing(collected):
            for place, evidence in collected:
                yield place, self._diagnosed(evidence)

    def _diagnosed(self, evidence: Evidence | Exception) -> Report | Exception:
        if isinstance(evidence, Exception):
            return evidence
        try:
            return self.diagnose(evidence)
        except Exception as error:  # the others' reports are as good as ever
            return error

    def diagnose(self, evidence: Evidence) -> Report:
        """Findings from evidence: a pure function, offline."""
        from trustmgr.diagnose import diagnose

        return diagnose(evidence)

    def together(self) -> Together:
        """Adds to reports, as they come, what only several together show."""
        from trustmgr.diagnose.together import Together

        return Together()

    def explain(self, text: str) -> Explanation:
        """Causes and target named by an error text of any client."""
        from trustmgr.explain import explain

        return explain(text)

    def stores(self) -> tuple[Store, ...]:
        """The stores of this machine, available or not."""
        from platform_backends.discovery import all_stores

        return all_stores(self.sandbox)

    def audit(self, stores: Sequence[str] = (), progress: Progress | None = None) -> Audit:
        """What should be looked at: in the stores named alone, or in all and the user's settings.

        Changes nothing.
        """
        from trustmgr.audit import audit, this_machine

        chosen = tuple(self.store(identity) for identity in stores) or self.stores()
        machine = None if stores or self.sandbox is not None else this_machine()
        return audit(chosen, self.history(), machine, progress or Progress())

    def store(self, identity: str) -> Store:
        """One store by id. Raises `StoreUnavailable` for an unknown id."""
        from platform_backends.discovery import open_store

        return open_store(identity, self.sandbox)

    def _anchor_stores(
        self, options: InspectOptions
    ) -> tuple[tuple[Store, ...], tuple[Store, ...]]:
        """The machine's and the user's stores, and those of single programs; unless the user says by
        what to judge: these, his own roots, or both, and nothing else."""
        from platform_backends.base import Scope

        if options.stores or options.roots:
            return tuple(self.store(identity) for identity in options.stores), ()
        every = self.stores()
        programs = tuple(store for store in every if store.scope is Scope.TOOL)
        return tuple(store for store in every if store not in programs), programs

    # -- changing --------------------------------------------------------------------------

    def plan_import(
        self,
        certificates: Sequence[bytes],
        *,
        stores: Sequence[str] = (),
        purposes: Sequence[Purpose] = (),
        from_network: bool,
        everywhere: bool = False,
    ) -> Plan:
        """Steps that trust these certificates (DER). No stores named: the machine's default;
        `everywhere`: all that some program here needs."""
        from trustmgr.remedy.planner import plan_import

        return plan_import(
            self,
            certificates,
            stores,
            purposes,
            from_network=from_network,
            everywhere=everywhere,
        )

    def where(self, program: str, host: str | None, port: int | None) -> tuple[Where, ...]:
        """The stores that a program, named as `explain` names it, reads for a site; narrowest first."""
        from trustmgr.remedy.where import where

        return where(self, program, host, port)

    def for_site(self, host: str, port: int) -> tuple[Where, ...]:
        """The stores for one site alone that programs of this system share; where it has such."""
        from trustmgr.remedy.where import for_site

        return for_site(self, host, port)

    def readers(self, stores: Sequence[str], host: str, port: int) -> tuple[str, ...]:
        """The ids of the clients that read one of these stores: whom to ask after a change."""
        from trustmgr.remedy.where import readers

        return readers(stores, host, port)

    def trusted_here(self, sha256: str) -> bytes:
        """The bytes (DER) of a certificate that some store here trusts. Raises `EntryNotFound`."""
        from trustmgr.remedy import entries, planner

        return entries.trusted_here(self, planner.one_fingerprint(sha256))

    def plan_remove(self, sha256: str, *, stores: Sequence[str] = (), force: bool = False) -> Plan:
        """Steps that take one certificate out of the stores that hold it."""
        from trustmgr.remedy.planner import plan_remove

        return plan_remove(self, sha256, stores, force=force)

    def plan_distrust(self, sha256: str, *, stores: Sequence[str] = ()) -> Plan:
        """Steps that distrust one certificate where it is held."""
        from trustmgr.remedy.planner import plan_distrust

        return plan_distrust(self, sha256, stores)

    def settings(self) -> tuple[Setting, ...]:
        """The settings of this system that this program can change; none for a sandbox."""
        from platform_backends.settings import settings

        return settings() if self.sandbox is None else ()

    def plan_setting(self, identity: str, *, on: bool = True) -> Plan:
        """Steps that change a setting of the system, or bring back what was before it.

        Applied with ``Confirmation(consent=True)``, once the user has seen the values. Raises `StoreUnavailable`.
        """
        from trustmgr.remedy.setting import plan_setting

        return plan_setting(identity, on=on)

    def apply(
        self, plan: Plan, confirmation: Confirmation, progress: Progress | None = None
    ) -> Outcome:
        """Do it: journal first, then the stores, then read back. All or nothing, unless the plan keeps going.

        Raises `ConfirmationNeeded`, `ChangeFailed`, and `StoreError` for what a store refuses.
        """
        from trustmgr.remedy.executor import apply

        return apply(self, plan, confirmation, progress or Progress())

    def mac_profile(self, certificates: Sequence[bytes]) -> bytes:
        """A configuration profile that makes these roots (DER) trusted on the Macs that it is handed out to."""
        from trustmgr.remedy.mac_profile import profile

        return profile(certificates)

    def history(self) -> tuple[Change, ...]:
        """Every change, newest first."""
        from trustmgr.remedy.journal import open_journal

        with open_journal() as journal:
            return journal.changes()

    def check(self) -> tuple[Drift, ...]:
        """The changes of the history that no longer hold, or are missing in a store that came later.

        Cheap when nothing was ever changed.
        """
        from trustmgr.remedy.journal import open_journal

        with open_journal() as journal:
            changes, noted = journal.changes(), journal.noted()
        if not changes:
            return ()
        from trustmgr.remedy.drift import drifted

        return drifted(self, changes, noted)

    def leave_out(self, found: Sequence[Drift], store: str) -> None:
        """Offer no more what `check` found for a newcomer. Raises `UsageError` when that is none."""
        from trustmgr.remedy.newcomers import leave_out

        leave_out(found, store)

    def undo(
        self,
        change_id: Change | int | None = None,
        progress: Progress | None = None,
        *,
        whole: bool = False,
    ) -> Outcome:
        """Take one change back, named by itself or its id; `whole`: everything of its review.

        None: the last review that can be, whole.
        """
        from trustmgr.remedy.undoing import undo

        return undo(self, change_id, progress or Progress(), whole=whole)

    def recover(self) -> tuple[str, ...]:
        """Finish or roll back what a kill interrupted; one sentence for each. Cheap when nothing is."""
        from trustmgr.remedy.recovery import recover

        return recover(self)

    def refresh(self) -> tuple[str, ...]:
        """Make anew the bundles of ours whose roots have changed; the titles of their stores."""
        from platform_backends.base import StoreError

        made = []
        for store in self.stores():
            with suppress(StoreError):  # told by its availability
                if (refresh := getattr(store, "refresh", None)) is not None and refresh():
                    made.append(store.title)
        return tuple(made)

    def open_clock_settings(self) -> bool:
        """Show the page of the system's settings for date and time; whether there is one."""
        from trustmgr.remedy.clock_settings import open_page

        return open_page()

    def clock_command(self) -> str:
        """The command that sets the clock from the network, for whoever has no such page."""
        from trustmgr.remedy.clock_settings import command

        return command()

    def open_update_settings(self) -> bool:
        """Show the page of the system's settings for updates; whether there is one."""
        from trustmgr.remedy.update_settings import open_page

        return open_page()

    def update_command(self) -> str:
        """The command that brings the authorities up to date; empty: none is known here."""
        from trustmgr.remedy.update_settings import command

        return command()

    def console(self, store: str) -> str:
        """What the system's own window on a store is called; empty: it has none."""
        from trustmgr.remedy.console import name

        return name(store)

    def open_console(self, store: str) -> bool:
        """Open that window; whether that could be done."""
        from trustmgr.remedy.console import open_console

        return open_console(store)

    # -- proving ---------------------------------------------------------------------------

    def verify(
        self,
        target: Target,
        clients: Sequence[str] = (),
        progress: Progress | None = None,
        timeout: float = 10.0,
    ) -> tuple[ClientResult, ...]:
        """Every real client (or those named) tries the target, each in its own process."""
        from trustmgr.clients import verify

        return verify(self, target, clients, progress or Progress(), timeout)

"""An engine for the window's tests: real certificates, invented answers, controllable slowness."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Availability,
    Decision,
    Entry,
    Operation,
    Origin,
    Privilege,
    Scope,
    Trust,
)
from tests.making import make
from trustmgr.certificate import Certificate, Source
from trustmgr.clients.base import ClientResult
from trustmgr.errors import ChangeFailed
from trustmgr.evidence import Attempt, Evidence
from trustmgr.findings import Finding, FixBy, Remedy, Risk, Severity, Verdict
from trustmgr.plan import Confirmation, Plan, Step
from trustmgr.progress import Progress
from trustmgr.remedy.where import Where
from trustmgr.report import Anchor, Prediction, Report
from trustmgr.target import Target

HOSTILE = "<b>Bold</b> <img src=x> \u202eevil\u0007 & co"
#: As RFC 4514 writes the beginning of it.
HOSTILE_SHOWN = r"CN=\<b\>Bold\</b\> \<img src=x\>"


@dataclass
class FakeStore:
    id: str = "folder:/tmp/fake"
    title: str = "Sandbox folder"
    scope: Scope = Scope.USER
    privilege: Privilege = Privilege.NONE
    held: dict[str, Entry] = field(default_factory=dict)

    def availability(self) -> Availability:
        return Availability(True)

    def entries(self) -> list[Entry]:
        return list(self.held.values())


def hostile_name() -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOSTILE)])


class FakeEngine:
    """`gate`: when cleared, every slow call waits until it is set or cancelled."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.user = FakeStore()
        self.machine = FakeStore(
            "linux.ca-certificates", "System store", Scope.MACHINE, Privilege.ADMINISTRATOR
        )
        self.site = FakeStore("tool.git@intranet.example:8443", "git", Scope.TOOL)
        self.root = make("Example Root CA", ca=True)
        self.sub = make("Example Issuing CA", self.root, ca=True, path_length=0)
        self.leaf = make("intranet.example", self.sub, names=("intranet.example",))
        self.fail: dict[str, BaseException] = {}
        self.applied: list[tuple[Plan, Confirmation]] = []
        self.changes: list[Any] = []
        self.called: list[str] = []
        self.consoles: dict[str, str] = {}
        self.asked: list[tuple[str, ...]] = []
        self.recovered: tuple[str, ...] = ()
        self.has_clock_page = True
        self.locked: set[str] = set()  # ids of stores that refuse changes
        self.past: tuple[Any, ...] = ()  # what the journal held at the start

    # -- helpers -----------------------------------------------------------------------------

    def _slow(self, name: str, progress: Progress | None) -> None:
        self.called.append(name)
        for _ in range(3):
            if progress is not None:
                progress.say(f"{name}…")
        while not self.gate.wait(0.01):
            if progress is not None:
                progress.check()
        if name in self.fail:
            raise self.fail[name]

    @property
    def root_sha256(self) -> str:
        return hashlib.sha256(self.root.der).hexdigest()

    @property
    def trusted(self) -> bool:
        return self.root_sha256 in self.user.held or self.root_sha256 in self.machine.held

    # -- the engine's methods ----------------------------------------------------------------

    def recover(self) -> tuple[str, ...]:
        return self.recovered

    def explain(self, text: str) -> Any:
        self._slow("explain", None)
        if "primary domain" in text:
            causes = [("domain-trust", "certain", "The computer lost its domain account")]
        elif "relationship" in text:
            causes = [("untrusted-root", "likely", "The authority is not known here")]
        else:
            causes = []
        target = SimpleNamespace(host="intranet.example", port=8443)
        return SimpleNamespace(
            client="git" if "git:" in text else None,
            target=target if "intranet" in text else None,
            causes=tuple(
                SimpleNamespace(
                    cause=cause,
                    confidence=confidence,
                    title=title,
                    detail="In plain words.",
                    fix_by="administrator",
                )
                for cause, confidence, title in causes
            ),
        )

    def console(self, store: str) -> str:
        return self.consoles.get(store, "")

    def open_console(self, store: str) -> bool:
        self.called.append(f"open_console {store}")
        return True

    def settings(self) -> tuple[Any, ...]:
        return ()

    def where(self, program: str, host: str | None, port: int | None) -> tuple[Where, ...]:
        return (
            Where(
                f"tool.git@{host}:{port}", "git", f"for {host}:{port} alone", administrator=False
            ),
            Where(self.machine.id, self.machine.title, "for everybody on this computer", True),
        )

    def for_site(self, host: str, port: int) -> tuple[Where, ...]:
        return ()

    def readers(self, stores: Any, host: str, port: int) -> tuple[str, ...]:
        return ("git",) if any(store.startswith("tool.git") for store in stores) else ()

    def collect(
        self, target: Target, options: Any, progress: Progress, ask_password: Any = None
    ) -> Evidence:
        self._slow("collect", progress)
        now = datetime.now(UTC)
        ders = []
        for path in target.files:
            blob = Path(path).read_bytes()
            if b"BEGIN CERTIFICATE" in blob:
                from cryptography.hazmat.primitives.serialization import Encoding

                ders += [
                    c.public_bytes(Encoding.DER) for c in x509.load_pem_x509_certificates(blob)
                ]
        return Evidence(target, now, now, file_certificates=tuple(ders))

    def inspect(self, target: Target, options: Any, progress: Progress) -> Report:
        self._slow("inspect", progress)
        now = datetime.now(UTC)
        chain = (
            Certificate(self.leaf.der),
            Certificate(self.sub.der),
            Certificate(self.root.der, Source.FETCHED),
        )
        attempt = Attempt(
            "127.0.0.1", 8443, tls_version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384",
            sent=(self.leaf.der, self.sub.der),
        )  # fmt: skip
        evidence = Evidence(target, now, now, addresses=("127.0.0.1",), attempts=(attempt,))
        if self.trusted:
            anchor = Anchor(self.root_sha256, (self.user.id,))
            return Report(evidence, Verdict.TRUSTED, (), chain, anchor)
        clients = {"curl": Prediction(False, "Its store has no such authority.")}
        return Report(evidence, Verdict.UNTRUSTED, (self._finding(),), chain, None, clients)

    def _finding(self) -> Finding:
        trust = Remedy(
            "trust-root", "Trust the authority that issued it", "For web sites only.",
            FixBy.THIS_MACHINE, Risk.HIGH, "It can then vouch for every site.",
            "import-certificate", self.root_sha256,
        )  # fmt: skip
        from_file = Remedy(
            "from-file", "Trust a file from your administrator", "The safest way.",
            FixBy.THIS_MACHINE, Risk.LOW, "The file decides.", "import-file",
        )  # fmt: skip
        ask = Remedy(
            "ask", "Ask the owner of the site", "They can use a public authority.",
            FixBy.SITE_OWNER, Risk.NONE, message="Dear owner,\nyour certificate <b>is</b> unknown.",
        )  # fmt: skip
        return Finding(
            "untrusted-root", Severity.ERROR, 2, "The authority is not known on this computer",
            "The site's certificate comes from an authority that no store of this computer trusts.",
            FixBy.ADMINISTRATOR, "No store holds the root.", remedies=(trust, from_file, ask),
        )  # fmt: skip

    def open_clock_settings(self) -> bool:
        self.called.append("open_clock_settings")
        return self.has_clock_page

    def open_update_settings(self) -> bool:
        self.called.append("open_update_settings")
        return self.has_clock_page

    def update_command(self) -> str:
        return "sudo apt-get update"

    def clock_command(self) -> str:
        return "sudo timedatectl set-ntp true"

    def stores(self) -> tuple[FakeStore, ...]:
        return (self.user, self.machine)

    def check(self) -> tuple[Any, ...]:
        from trustmgr.remedy.drift import drifted

        return drifted(self, self.past)  # type: ignore[arg-type]

    def store(self, identity: str) -> FakeStore:
        return self._store(identity)

    def audit(self, stores: Any, progress: Progress) -> Any:
        from trustmgr.audit import audit

        return audit(self.stores(), (), None, progress)  # type: ignore[arg-type]

    def _store(self, identity: str) -> FakeStore:
        return next(store for store in (*self.stores(), self.site) if store.id == identity)

    def plan_import(
        self,
        certificates: Any,
        *,
        stores: Any = (),
        purposes: Any = (),
        from_network: bool,
        everywhere: bool = False,
    ) -> Plan:
        self._slow("plan", None)
        if everywhere:
            stores = [self.user.id, self.machine.id]
        steps = tuple(
            Step(
                Operation.ADD, store.id, store.title, hashlib.sha256(der).hexdigest(), der,
                SERVER_AUTH_ONLY,
                SERVER_AUTH_ONLY if store is self.user else Trust.everything(Decision.TRUSTED),
                store.privilege, (f"write {store.id}/x.crt",),
            )
            for der in certificates
            for store in map(self._store, stores or (self.user.id,))
            if hashlib.sha256(der).hexdigest() not in store.held
        )  # fmt: skip
        warning = "This authority has no name constraints: it can vouch for every site."
        return Plan("Trust", steps, (warning,), needs_fingerprint=from_network)

    def plan_remove(self, sha256: str, *, stores: Any = (), force: bool = False) -> Plan:
        self._slow("plan_remove", None)
        steps = []
        for store in self.stores():
            if sha256 in store.held and (not stores or store.id in stores):
                steps.append(
                    Step(
                        Operation.REMOVE,
                        store.id,
                        store.title,
                        sha256,
                        store.held[sha256].der,
                        Trust(),
                        Trust(),
                        store.privilege,
                        ("delete x.crt",),
                        force,
                    )
                )
        return Plan("Remove", tuple(steps), needs_fingerprint=False)

    def apply(self, plan: Plan, confirmation: Confirmation, progress: Progress) -> Any:
        self._slow("apply", progress)
        self.applied.append((plan, confirmation))
        ids, failures = [], []
        for step in plan.steps:
            if step.store in self.locked:
                if not plan.keep_going:
                    raise ChangeFailed(f"{step.store_title} is locked.")
                failures.append(f"{step.store_title} was not changed: it is locked.")
                continue
            held = self._store(step.store).held
            if step.operation is Operation.ADD:
                held[step.sha256] = Entry(step.der, step.effective_trust, Origin.THIS_PROGRAM)
            else:
                held.pop(step.sha256, None)
            self.changes.insert(0, self._change(step))
            ids.append(self.changes[0].id)
        return SimpleNamespace(
            changed=True, messages=("Done.",), changes=tuple(ids), failures=tuple(failures)
        )

    def _change(self, step: Step) -> Any:
        return SimpleNamespace(
            id=len(self.changes) + 1, at=datetime.now(UTC), operation=step.operation,
            store=step.store, store_title=step.store_title, sha256=step.sha256, der=step.der,
            subject=Certificate(step.der).title, state="done", undoable=True,
            group=str(len(self.applied)),
        )  # fmt: skip

    def history(self) -> tuple[Any, ...]:
        self._slow("history", None)
        return tuple(self.changes)

    def undo(
        self,
        change_id: int | None = None,
        progress: Progress | None = None,
        *,
        whole: bool = False,
    ) -> Any:
        self._slow("undo", progress)
        change = next(c for c in self.changes if c.id == change_id)
        together = [c for c in self.changes if c.undoable and c.group == change.group]
        for one in together if whole else [change]:
            self._store(one.store).held.pop(one.sha256, None)
            one.state, one.undoable = "undone", False
        return SimpleNamespace(changed=True, messages=("Undone.",), changes=(change_id,))

    def verify(
        self,
        target: Target,
        clients: Any = (),
        progress: Progress | None = None,
        timeout: float = 1,
    ) -> tuple[Any, ...]:
        self.asked.append(tuple(clients))
        self._slow("verify", progress)
        accepts = self.trusted
        says = "HTTP/1.1 200 OK" if accepts else "unable to get local issuer certificate <b>x</b>"
        return (
            ClientResult("curl", "curl", accepts, says, "/etc/ssl/certs"),
            ClientResult("java", "Java", None, "not installed", "cacerts"),
        )

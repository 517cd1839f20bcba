"""Plans: which steps on which stores, shown in full before anything happens."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Entry,
    EntryNotFound,
    NotOurs,
    Operation,
    Origin,
    Privilege,
    Purpose,
    Store,
    StoreError,
    Trust,
    TrustNotSupported,
    copied_to,
    rejects,
)
from trustmgr.certificate import Certificate
from trustmgr.errors import UsageError
from trustmgr.plan import Plan, Step
from trustmgr.remedy import entries, warnings
from trustmgr.remedy.confirmation import read_fingerprints
from trustmgr.remedy.words import trust_words
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.ground import Ground


@dataclass
class _Draft:
    """A plan that grows."""

    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)  # where nothing has to be done

    def warn(self, *sentences: str) -> None:
        self.warnings += [s for s in sentences if s not in self.warnings]

    def plan(self, title: str, nothing: str, *, needs_fingerprint: bool) -> Plan:
        if not self.steps:
            return Plan(nothing, (), tuple(self.warnings), needs_fingerprint)
        if any(step.privilege is Privilege.ADMINISTRATOR for step in self.steps):
            self.warn(*warnings.of_helper())
        return Plan(title, tuple(self.steps), (*self.warnings, *self.already), needs_fingerprint)


def plan_import(
    engine: Ground,
    certificates: Sequence[bytes],
    stores: Sequence[str],
    purposes: Sequence[Purpose],
    *,
    from_network: bool,
    everywhere: bool = False,
) -> Plan:
    """Steps that make certificates (DER) trusted for `purposes` (none: TLS servers only).

    `everywhere`: in every store that some program here needs; those that cannot take it are told. Raises `UnreadableInput` for what is no certificate, `KnownBadCertificate`, `WeakCertificate`, `TrustNotSupported`,
    `StoreUnavailable`.
    """
    parsed = [warnings.parse(der) for der in dict.fromkeys(certificates)]
    if not parsed:
        raise UsageError("There is no certificate to import.", "Name a certificate file.")
    for certificate in parsed:
        warnings.refuse_known_bad(certificate)
        warnings.refuse_weak(certificate)
    wanted = Trust.for_purposes(purposes) if purposes else SERVER_AUTH_ONLY
    into = entries.everywhere(engine) if everywhere else entries.chosen(engine, stores)
    draft, ids = _Draft(), [store.id for store in into]
    for certificate in parsed:
        draft.warn(*warnings.of_certificate(certificate, purposes or (Purpose.SERVER_AUTH,), ids))
    meant = {c.sha256: into if stores else _meant(into, c) for c in parsed}
    for store in into:
        try:
            held = store.entries()
            for certificate in parsed:
                if store in meant[certificate.sha256]:
                    _import_one(draft, store, held, certificate, wanted)
        except StoreError as error:
            if not everywhere:
                raise
            draft.warn(f"{store.title} stays as it is: {error.sentence}")
    if draft.steps:
        draft.warn(*warnings.of_other_side())
    names = f"“{parsed[0].title}”" if len(parsed) == 1 else f"{len(parsed)} certificates"
    nothing = f"{names} {'is' if len(parsed) == 1 else 'are'} already trusted"
    return draft.plan(f"Trust {names}", nothing, needs_fingerprint=from_network)


def _meant(into: Sequence[Store], certificate: Certificate) -> Sequence[Store]:
    found = entries.meant(into, certificate.der)
    if into and not found:
        raise TrustNotSupported(
            f"No store of this system is for certificates such as “{certificate.title}”, which a CA "
            "issued to a site.",
            "Import the CA that issued it.",
        )
    return found


def _import_one(
    draft: _Draft, store: Store, held: Sequence[Entry], certificate: Certificate, wanted: Trust
) -> None:
    entry = next((e for e in held if e.sha256 == certificate.sha256), None)
    trust, effective = _expressed(store, entry, wanted)
    if entry is not None and (_covers(entry.trust, wanted) or entry.trust == effective):
        draft.already.append(f"“{certificate.title}” is already trusted in {store.title}.")
        return
    operation = Operation.ADD if entry is None else Operation.SET_TRUST
    draft.warn(*warnings.of_breadth(store.title, trust, effective))
    draft.warn(*warnings.of_namesakes(store.title, certificate, held))
    draft.warn(*warnings.of_settings(store.id), *warnings.of_store(store))
    if entry is not None:
        draft.warn(
            f"“{certificate.title}” is in {store.title} already ({trust_words(entry.trust)}, by "
            f"{entry.origin.value}); its trust will be changed."
        )
    draft.steps.append(
        _step(operation, store, certificate.der, entry, trust=trust, effective=effective)
    )


def _expressed(store: Store, entry: Entry | None, wanted: Trust) -> tuple[Trust, Trust]:
    """The wish, and what the store makes of it. What it says of other purposes stays if it can."""
    if entry is not None:
        merged = _merged(entry.trust, wanted)
        with suppress(TrustNotSupported):
            return merged, store.effective_trust(merged)
    return wanted, store.effective_trust(wanted)


def _merged(before: Trust, wanted: Trust) -> Trust:
    """What is wished for, and for the other purposes what was said before."""
    return Trust.from_json(
        {
            purpose.value: (
                wanted.decision(purpose)
                if wanted.decision(purpose) is not Decision.UNSPECIFIED
                else before.decision(purpose)
            ).value
            for purpose in Purpose
        }
    )


def _covers(before: Trust, wanted: Trust) -> bool:
    return all(
        before.decision(purpose) is wanted.decision(purpose)
        for purpose in Purpose
        if wanted.decision(purpose) is not Decision.UNSPECIFIED
    )


def plan_remove(engine: Ground, sha256: str, stores: Sequence[str], *, force: bool) -> Plan:
    """Steps that take one certificate out of the stores that hold it.

    Without `force` only entries that this program added. Raises `EntryNotFound`, `NotOurs`.
    """
    wanted = one_fingerprint(sha256)
    found, silent = entries.holding(engine, wanted, stores)
    _require_found(found, wanted, silent)
    draft = _Draft(warnings=silent)
    foreign: list[tuple[Store, Entry]] = []
    spread = [copied_to(s) for s, e in found if e.origin is Origin.THIS_PROGRAM and copied_to(s)]
    for store, entry in found:
        copy = entries.is_copy(store, entry, spread)
        if entry.inherited or (entry.origin is not Origin.THIS_PROGRAM and not (force or copy)):
            foreign.append((store, entry))
            continue
        if copy:
            draft.warn(f"{store.title} has copied it from there, and is cleared, too.")
        elif entry.origin is not Origin.THIS_PROGRAM:
            draft.warn(
                f"It was put into {store.title} by {entry.origin.value}, not by this program: sites "
                "that rely on it will stop working."
            )
        draft.steps.append(
            _step(
                Operation.REMOVE,
                store,
                entry.der,
                entry,
                trust=Trust(),
                effective=Trust(),
                force=force or copy,
            )
        )
    if foreign and not draft.steps:
        raise NotOurs(
            f"“{_title(found[0][1])}” was not added by this program: {_listed(foreign)}.",
            "Change it where it is: leave --store away, or name the machine's store."
            if all(entry.inherited for _, entry in found)
            else "Use `trustmgr distrust` to distrust it, or --force to remove it all the same.",
        )
    if stays := [(store, entry) for store, entry in foreign if not entry.inherited]:
        draft.warn(f"It stays where others have put it: {_listed(stays)}.")
    return draft.plan(f"Remove “{_title(found[0][1])}”", "", needs_fingerprint=False)


def _listed(found: Sequence[tuple[Store, Entry]]) -> str:
    """``System certificates (by vendor), git, curl (only reading /etc/...)``."""
    own = [f"{s.title} (by {e.origin.value})" for s, e in found if not e.inherited]
    readers: dict[str, list[str]] = {}
    for store, entry in found:
        if entry.inherited:
            readers.setdefault(inert(entry.location), []).append(store.title)
    return ", ".join(own + [f"{', '.join(r)} (only reading {p})" for p, r in readers.items()])


def plan_distrust(engine: Ground, sha256: str, stores: Sequence[str]) -> Plan:
    """Steps that distrust one certificate for every purpose, where it is held, and in stores of
    distrust that are named.

    Raises `EntryNotFound`, and `TrustNotSupported` when no store that holds it can distrust.
    """
    wanted = one_fingerprint(sha256)
    found, silent = entries.holding(engine, wanted, stores)
    new = _rejecting(engine, wanted, stores, found)
    _require_found([*found, *new], wanted, silent)
    draft, unable = _Draft(warnings=silent), None
    trust = Trust.everything(Decision.DISTRUSTED)
    for store, entry in new:
        draft.steps.append(
            _step(Operation.ADD, store, entry.der, None, trust=trust, effective=trust)
        )
    for store, entry in found:
        try:
            effective = store.effective_trust(trust)
        except TrustNotSupported as error:
            if stores:
                raise
            unable = error
            if not entry.inherited:
                draft.warn(f"{store.title}: {error.sentence}")
            continue
        if entry.trust == effective:
            draft.already.append(f"It is distrusted in {store.title} already.")
            continue
        draft.steps.append(
            _step(Operation.SET_TRUST, store, entry.der, entry, trust=trust, effective=effective)
        )
    if unable is not None and not draft.steps and not draft.already:
        raise unable
    title = _title([*found, *new][0][1])
    return draft.plan(
        f"Distrust “{title}”", f"“{title}” is already distrusted", needs_fingerprint=False
    )


def _rejecting(
    engine: Ground, sha256: str, named: Sequence[str], found: Sequence[tuple[Store, Entry]]
) -> list[tuple[Store, Entry]]:
    """Stores of distrust that were named and do not hold it yet, with the entry of a store that does."""
    there = {store.id for store, _ in found}
    into = [engine.store(identity) for identity in dict.fromkeys(named) if identity not in there]
    into = [store for store in into if rejects(store)]
    elsewhere = entries.holding(engine, sha256, ())[0] if into else []
    return [(store, elsewhere[0][1]) for store in into if elsewhere]


def one_fingerprint(text: str) -> str:
    """Exactly one complete SHA-256. Raises `UsageError`."""
    found = read_fingerprints(text)
    if len(found) != 1:
        raise UsageError("Give one SHA-256 fingerprint at a time.")
    return found[0]


def _require_found(found: Sequence[object], sha256: str, silent: Sequence[str]) -> None:
    if not found:
        raise EntryNotFound(
            " ".join([f"No store holds a certificate with the SHA-256 {sha256}.", *silent]),
            "`trustmgr list` shows what is there.",
        )


def _title(entry: Entry) -> str:
    try:
        return Certificate(entry.der).title
    except ValueError:  # also what does not parse can be removed
        return entry.sha256


def _step(
    operation: Operation,
    store: Store,
    der: bytes,
    entry: Entry | None,
    *,
    trust: Trust,
    effective: Trust,
    force: bool = False,
) -> Step:
    try:
        preview = tuple(store.preview(operation, der))
    except StoreError as error:
        preview = (error.sentence,)
    return Step(
        operation=operation,
        store=store.id,
        store_title=store.title,
        sha256=hashlib.sha256(der).hexdigest(),
        der=der,
        trust=trust,
        effective_trust=effective,
        privilege=store.privilege,
        preview=preview,
        force=force,
        before=entry.trust if entry is not None else None,
    )

"""All evidence about one target, in the order in which it becomes known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trustmgr.certificate import Certificate, Source
from trustmgr.evidence import Attempt, Evidence
from trustmgr.probe.deadline import Deadline
from trustmgr.progress import Progress
from trustmgr.target import Target

if TYPE_CHECKING:
    from platform_backends.base import Store
    from trustmgr.options import InspectOptions


def collect(
    target: Target,
    options: InspectOptions,
    stores: Sequence[Store],
    progress: Progress,
    ask_password: Callable[[], str] | None = None,
) -> Evidence:
    """Look at a site or at files: connect, read the stores, fetch issuers, ask about revocation.

    What the network does wrong is evidence. Raises `UnreadableInput` (`PasswordNeeded` when
    `ask_password` is None) for files and for the user's own roots, and `Cancelled`.
    """
    now = datetime.now(UTC)
    evidence = Evidence(
        target=target,
        collected_at=now,
        judged_at=options.at or now,
        network_allowed=options.network,
    )
    if target.is_file:
        from trustmgr.probe.from_files import from_files

        saved, evidence = from_files(evidence, options, ask_password)
        if saved:
            return evidence
    else:
        from trustmgr.probe.connect import connect

        evidence = connect(evidence, options, progress)
    return _complete(evidence, options, stores, progress)


def _complete(
    evidence: Evidence, options: InspectOptions, stores: Sequence[Store], progress: Progress
) -> Evidence:
    """Add what the stores hold and what the network knows about the certificates."""
    from trustmgr.probe import doubts
    from trustmgr.probe.stores import StoreReader, roots_snapshot

    sent = _readable(evidence.sent, Source.FILE if evidence.target.is_file else Source.SENT)
    own = (roots_snapshot(options.roots),) if options.roots else ()
    if stores:
        progress.say("Reading what this machine trusts.")
    reader = StoreReader(stores, progress)
    evidence = replace(evidence, stores=own + reader.snapshots(sent))
    known = sent
    if options.network and any(_names_addresses(one) for one in sent):
        evidence, fetched = _fetch(evidence, sent, options, progress)
        known = [*sent, *fetched]
        if fetched and stores:
            evidence = replace(evidence, stores=own + reader.snapshots(known))
    evidence = doubts.look_for_public_roots(evidence, known)
    return doubts.look_closer(evidence, sent, reader, options, progress)


def _names_addresses(certificate: Certificate) -> bool:
    """Whether a certificate says where its issuer or revocation can be asked about."""
    from cryptography import x509

    return any(
        certificate.extension(kind) is not None
        for kind in (x509.AuthorityInformationAccess, x509.CRLDistributionPoints)
    )


def _fetch(
    evidence: Evidence, sent: list[Certificate], options: InspectOptions, progress: Progress
) -> tuple[Evidence, list[Certificate]]:
    from trustmgr.probe import issuers, revocation
    from trustmgr.probe.fetch import Fetcher

    private = _target_is_private(evidence)
    climbing = Fetcher(Deadline(options.timeout, progress), private)
    answers = issuers.fetch_issuers(sent, evidence.stores, climbing)
    fetched = _readable([one.body for one in answers if one.body], Source.FETCHED)
    held = _readable([one.der for store in evidence.stores for one in store.held], Source.STORE)
    at_hand = [*sent, *fetched, *held]
    attempt = evidence.best_attempt
    asking = Fetcher(Deadline(options.timeout, progress), private)
    ocsp, crls = revocation.ask(
        issuers.climb(sent[0], at_hand), at_hand, asking, attempt.stapled_ocsp if attempt else None
    )
    evidence = replace(evidence, fetched=tuple(answers), ocsp=tuple(ocsp), crls=tuple(crls))
    return evidence, fetched


def _target_is_private(evidence: Evidence) -> bool:
    """Whether the target itself is a neighbour of this machine; a file never is."""
    from trustmgr.probe.addresses import is_address, is_private

    attempt: Attempt | None = evidence.best_attempt
    if attempt is None or not is_address(attempt.address):
        return False
    return is_private(attempt.address)


def _readable(ders: Sequence[bytes], source: Source) -> list[Certificate]:
    parsed = []
    for der in ders:
        try:
            parsed.append(Certificate(der, source))
        except Exception:  # noqa: S112 -- several unrelated classes; the diagnosis names what is wrong
            continue
    return parsed

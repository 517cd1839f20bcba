"""All evidence about one target, in the order in which it becomes known; or about many at once."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from trustmgr.certificate import Certificate, Source, shared
from trustmgr.errors import TrustManagerError
from trustmgr.evidence import Attempt, Evidence, Fetched
from trustmgr.probe.answers import Answers
from trustmgr.probe.blocking import run
from trustmgr.probe.deadline import Deadline
from trustmgr.progress import Progress
from trustmgr.target import Target

if TYPE_CHECKING:
    from platform_backends.base import Store
    from trustmgr.options import InspectOptions
    from trustmgr.probe.pfx import AskPassword
    from trustmgr.probe.stores import StoreReader

#: Evidence that has no connection yet, and whether it is saved evidence, which needs none.
_Begun = tuple[Evidence, bool]


def collect(
    target: Target,
    options: InspectOptions,
    stores: Sequence[Store],
    progress: Progress,
    ask_password: AskPassword | None = None,
    *,
    programs: Sequence[Store] = (),
) -> Evidence:
    """Look at a site or at files: connect, read the stores, fetch issuers, ask about revocation.

    `programs`: the stores of single programs, read where these could differ. What the network does
    wrong is evidence. Raises `UnreadableInput` (`PasswordNeeded` when
    `ask_password` is None) for files and for the user's own roots, and `Cancelled`.
    """
    reader = _reader(options, stores, progress, ask_password, programs)
    begun = _begin(target, options, ask_password)
    return run(_complete(begun, options, reader, Answers(), progress))


def collect_many(
    targets: Sequence[Target],
    options: InspectOptions,
    stores: Sequence[Store],
    progress: Progress,
    ask_password: AskPassword | None = None,
    *,
    programs: Sequence[Store] = (),
) -> Generator[tuple[int, Evidence | Exception], None, None]:
    """As `collect`, for all at once: the place of each target and its evidence, as they are done.

    The stores are read once. What `collect` would raise for one target is given in its place. Raises
    `UnreadableInput` for the user's own roots, and `Cancelled`.
    """
    from trustmgr.probe.many import run_many

    reader = _reader(options, stores, progress, ask_password, programs)
    reader.read()
    # files first: asking for a password would use up the time of sites that are already connected
    files = {
        place: _begin_or_error(target, options, ask_password)
        for place, target in enumerate(targets)
        if target.is_file
    }

    answers = Answers()

    async def job(place: int) -> Evidence:
        begun = files.pop(place, None) or _begin(targets[place], options, None)
        if isinstance(begun, TrustManagerError):
            raise begun
        return await _complete(begun, options, reader, answers, Progress())

    return run_many([partial(job, place) for place in range(len(targets))], progress)


def _reader(
    options: InspectOptions,
    stores: Sequence[Store],
    progress: Progress,
    ask_password: AskPassword | None,
    programs: Sequence[Store],
) -> StoreReader:
    from trustmgr.probe.stores import StoreReader, roots_snapshot

    own = (roots_snapshot(options.roots, ask_password),) if options.roots else ()
    return StoreReader(stores, progress, own, programs)


def _begin(target: Target, options: InspectOptions, ask_password: AskPassword | None) -> _Begun:
    """What is known without the network."""
    now = datetime.now(UTC)
    evidence = Evidence(
        target=target,
        collected_at=now,
        judged_at=options.at or now,
        network_allowed=options.network,
    )
    if not target.is_file:
        return evidence, False
    from trustmgr.probe.from_files import from_files

    saved, evidence = from_files(evidence, options, ask_password)
    return evidence, saved


def _begin_or_error(
    target: Target, options: InspectOptions, ask_password: AskPassword | None
) -> _Begun | TrustManagerError:
    try:
        return _begin(target, options, ask_password)
    except TrustManagerError as error:
        return error


async def _complete(
    begun: _Begun,
    options: InspectOptions,
    reader: StoreReader,
    answers: Answers,
    progress: Progress,
) -> Evidence:
    """Add what the network and the stores know."""
    evidence, saved = begun
    if saved:
        return _saved(evidence, options, reader)
    if not evidence.target.is_file:
        from trustmgr.probe.connect import connect

        evidence = await connect(evidence, options, progress)
    from trustmgr.probe import doubts

    sent = known = _readable(evidence.sent, Source.FILE if evidence.target.is_file else Source.SENT)
    evidence = replace(evidence, stores=reader.snapshots(sent))
    if options.network and any(_names_addresses(one) for one in sent):
        evidence, fetched = await _fetch(evidence, sent, options, answers, progress)
        if fetched:
            known = [*sent, *fetched]
            evidence = replace(evidence, stores=reader.snapshots(known))
    evidence = await doubts.look_on_demand(evidence, known, reader, options, progress)
    evidence = doubts.look_for_public_roots(evidence, known)
    evidence = doubts.look_at_programs(evidence, known, reader)
    return await doubts.look_closer(evidence, sent, reader, options, progress)


def _saved(evidence: Evidence, options: InspectOptions, reader: StoreReader) -> Evidence:
    """Saved evidence keeps what the stores held then, unless the user names anchors now."""
    if not options.roots and not options.stores:
        return evidence
    known = _readable([*evidence.sent, *_bodies(evidence.fetched)], Source.SENT)
    return replace(evidence, stores=reader.snapshots(known))


def _names_addresses(certificate: Certificate) -> bool:
    """Whether a certificate says where its issuer or revocation can be asked about."""
    from cryptography import x509

    return any(
        certificate.extension(kind) is not None
        for kind in (x509.AuthorityInformationAccess, x509.CRLDistributionPoints)
    )


async def _fetch(
    evidence: Evidence,
    sent: list[Certificate],
    options: InspectOptions,
    answers: Answers,
    progress: Progress,
) -> tuple[Evidence, list[Certificate]]:
    from trustmgr.probe import issuers, revocation
    from trustmgr.probe.fetch import Fetcher

    private = _target_is_private(evidence)
    climbing = Fetcher(Deadline(options.timeout, progress), private, answers=answers)
    issued = await issuers.fetch_issuers(sent, evidence.stores, climbing)
    fetched = _readable(_bodies(issued), Source.FETCHED)
    held = _readable([one.der for store in evidence.stores for one in store.held], Source.STORE)
    at_hand = [*sent, *fetched, *held]
    attempt = evidence.best_attempt
    asking = Fetcher(Deadline(options.timeout, progress), private, answers=answers)
    ocsp, crls = await revocation.ask(
        issuers.climb(sent[0], at_hand), at_hand, asking, attempt.stapled_ocsp if attempt else None
    )
    evidence = replace(evidence, fetched=tuple(issued), ocsp=tuple(ocsp), crls=tuple(crls))
    return evidence, fetched


def _bodies(answers: Sequence[Fetched]) -> list[bytes]:
    return [one.body for one in answers if one.body]


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
            parsed.append(shared(der, source))
        except Exception:  # noqa: S112 -- several unrelated classes; the diagnosis names what is wrong
            continue
    return parsed

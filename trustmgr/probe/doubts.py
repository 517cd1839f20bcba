"""What is looked at only when something does not fit, so that an ordinary inspection stays one handshake.

Dates that do not fit ask what time it is; a name that does not fit, or no TLS at all, asks whether a
network's log-in page answers in the site's place; a chain that no store knows asks Mozilla's list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from platform_backends.base import is_for_one_site
from trustmgr import RELEASED
from trustmgr.certificate import Certificate
from trustmgr.evidence import Attempt, ClockWitnesses, Evidence, Failure, Held
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.waits import aside
from trustmgr.progress import Progress
from trustmgr.target import Target

if TYPE_CHECKING:
    from trustmgr.options import InspectOptions
    from trustmgr.probe.stores import StoreReader

_SECONDS = 3.0  # for one question
_DAY = timedelta(days=1)
_LONG = timedelta(days=5 * 365)  # no release is in use for so long: then the clock may be ahead
#: The port of the same service in plain text, where networks show their log-in page.
PLAIN_PORTS = {443: 80}
_NO_TLS = (
    Failure.PLAINTEXT,
    Failure.RESET,
    Failure.CLOSED,
    Failure.CONNECT_TIMEOUT,
    Failure.HANDSHAKE_TIMEOUT,
    Failure.REFUSED,
)


async def look_closer(
    evidence: Evidence,
    sent: Sequence[Certificate],
    reader: StoreReader,
    options: InspectOptions,
    progress: Progress,
) -> Evidence:
    """The evidence with what helps to tell a reason apart. Raises `Cancelled`."""
    dates = options.at is None and _dates_do_not_fit(evidence, sent)
    if dates:
        evidence = replace(evidence, clock=_witnesses())
    if dates or (sent and not _has_anchor(evidence)):
        evidence = replace(evidence, newest_authority=reader.newest_beginning())
    attempt = evidence.best_attempt
    if evidence.target.is_file or attempt is None:
        return evidence
    name = _name_does_not_fit(evidence, sent)
    if attempt.failure is None and (dates or name):
        evidence = await _ask_inside(evidence, attempt, Deadline(_seconds(options), progress))
    if options.network and (name or attempt.failure in _NO_TLS):
        evidence = await _ask_in_plain_text(
            evidence, attempt, Deadline(_seconds(options), progress)
        )
    return evidence


async def look_on_demand(
    evidence: Evidence,
    known: Sequence[Certificate],
    reader: StoreReader,
    options: InspectOptions,
    progress: Progress,
) -> Evidence:
    """The evidence with the anchors that stores get only when a chain needs them: on Windows a public
    authority that is not listed may be trusted all the same."""
    if not (options.network and known and reader.gets_more) or _has_anchor(evidence):
        return evidence
    asking = partial(reader.on_demand, known)
    try:
        found = await aside(asking, Deadline(options.timeout, progress))
    except TimeoutError:
        return evidence
    stores = (replace(one, held=one.held + found.get(one.id, ())) for one in evidence.stores)
    return replace(evidence, stores=tuple(stores))


def look_for_public_roots(evidence: Evidence, known: Sequence[Certificate]) -> Evidence:
    """The evidence with the roots of Mozilla's list for a chain that no store has an anchor for.

    `known` are the certificates that were sent or fetched, the site's first.
    """
    asked_about_others = not evidence.stores or any(s.id == "roots" for s in evidence.stores)
    if asked_about_others or not known or _has_anchor(evidence):
        return evidence
    from trustmgr.probe.public_roots import fitting

    return replace(evidence, public_roots=fitting(known))


def look_at_programs(
    evidence: Evidence, known: Sequence[Certificate], reader: StoreReader
) -> Evidence:
    """The evidence with what single programs trust, for a chain that no vendor's authority vouches for.

    All lists agree on a vendor's; on what was added here, each has to be told.
    """
    if not known or any(one.origin == "vendor" for one in _anchors(evidence)):
        return evidence
    held = (Certificate(one.der) for store in evidence.stores for one in store.held)
    found = reader.programs.snapshots([*known, *held])
    return replace(evidence, programs=tuple(s for s in found if _serves(s.id, evidence.target)))


def _serves(store: str, target: Target) -> bool:
    """Whether a store is for every site, or for this one."""
    if not is_for_one_site(store):
        return True
    host = f"[{target.host}]" if ":" in (target.host or "") else target.host
    return store.partition("@")[2] in (f"{host}:{target.port or 443}", target.host)


def _has_anchor(evidence: Evidence) -> bool:
    return next(_anchors(evidence), None) is not None


def _anchors(evidence: Evidence) -> Iterator[Held]:
    stores = (store for store in evidence.stores if store.readable)
    return (one for store in stores for one in store.held if one.server_auth == "trusted")


def _seconds(options: InspectOptions) -> float:
    return min(_SECONDS, options.timeout)


def _dates_do_not_fit(evidence: Evidence, sent: Sequence[Certificate]) -> bool:
    now = evidence.collected_at
    fits = RELEASED - _DAY <= now <= RELEASED + _LONG
    return not (fits and all(one.not_before <= now <= one.not_after for one in sent))


def _witnesses() -> ClockWitnesses:
    from trustmgr.probe import machine_time

    started = machine_time.start()
    return ClockWitnesses(
        released=RELEASED,
        files=machine_time.newest_change(),
        started=started,
        before_start=machine_time.newest_change_before(started) if started else None,
    )


def _name_does_not_fit(evidence: Evidence, sent: Sequence[Certificate]) -> bool:
    """At first sight; the rule `name_mismatch` looks properly."""
    name = (evidence.target.server_name or "").lower()
    if not sent or not name:
        return False
    names = {one.lower() for one in (*sent[0].dns_names, *sent[0].ip_addresses)}
    return not names & {name, "*." + name.partition(".")[2]}


async def _ask_inside(evidence: Evidence, attempt: Attempt, deadline: Deadline) -> Evidence:
    from trustmgr.probe.connect import route_of
    from trustmgr.probe.http_answer import inside_tls

    route = route_of(evidence.target)
    if not route.alpn:  # mail, directories and the like: HTTP would be a foreign word
        return evidence
    host = _host_field(evidence)
    answer = await inside_tls(route, attempt.address, host, attempt.offer, deadline)
    return replace(evidence, answer=answer)


async def _ask_in_plain_text(evidence: Evidence, attempt: Attempt, deadline: Deadline) -> Evidence:
    target = evidence.target
    port = PLAIN_PORTS.get(attempt.port)
    if port is None or target.starttls is not None or attempt.proxy or not evidence.addresses:
        return evidence
    from trustmgr.probe.http_answer import in_plain_text

    host = _host_field(evidence).partition(":")[0] if ":" not in (target.host or "") else ""
    answer = await in_plain_text(attempt.address, port, host, deadline)
    return replace(evidence, plain_answer=answer)


def _host_field(evidence: Evidence) -> str:
    target = evidence.target
    host = target.server_name or target.host or ""
    host = f"[{host}]" if ":" in host else host
    return host if target.port in (None, 443) else f"{host}:{target.port}"

"""Whether this machine's clock is right, from witnesses that know nothing of each other.

No witness is believed alone, except this program's own release, which has certainly passed:

- `PROGRAM`: it was released at some moment.
- `FILES`: the machine changed files of its own at some moment. Its own clock marked them, so a file
  from after the site's moment contradicts nobody; but one that is far too old speaks, and so does a gap
  between the last file before the machine was started and the start.
- `SYSTEM`: the list of authorities that came with the system holds one that began at some moment.
- `SITE`: its certificates (or those of a file) began at some moment, and its HTTP answer names one (Date,
  RFC 9110 section 6.6.1); both are the site's word, so they count once.
- `AUTHORITY`: signed answers about revocation hold for some time (RFC 6960 section 4.2.2.1, RFC 5280
  section 5.1.2).

A clock is behind when two of them know a later moment. It is ahead when a certificate has ended by the
clock, but not by what two of them say together. ``--at`` is a question, not a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from trustmgr import RELEASED
from trustmgr.certificate import Certificate
from trustmgr.diagnose.answer import SKEW
from trustmgr.evidence import ClockWitnesses, Evidence

_DAY = timedelta(days=1)
#: A machine that is in use changes some file within this time.
_QUIET = timedelta(days=2)
#: A release is seldom in use for longer.
_IN_USE = timedelta(days=365)


class Party(Enum):
    """Who knows; two moments of one party are one witness."""

    PROGRAM = "program"
    FILES = "files"
    SYSTEM = "system"
    SITE = "site"
    AUTHORITY = "authority"


class Passed(NamedTuple):
    """A moment that has passed if this party is right."""

    party: Party
    moment: datetime
    words: str


class Window(NamedTuple):
    """A time in which an authority's signed answer holds; it was asked for just now."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Clock:
    """`now` is the moment to judge by: the clock's own, or what the witnesses say instead.

    `doubtful`: one witness alone contradicts the clock; `supported`: this machine's files do not.
    """

    now: datetime
    wrong: bool = False
    doubtful: bool = False
    supported: bool = False
    witnesses: tuple[str, ...] = ()


def judge_clock(
    evidence: Evidence,
    sent: Sequence[Certificate],
    windows: Callable[[], Sequence[Window]] = tuple,
) -> Clock:
    """What the evidence says about the clock that it was collected by.

    `windows` is asked only when the dates do not fit.
    """
    clock = evidence.collected_at
    if evidence.judged_at != clock:
        return Clock(evidence.judged_at)
    if evidence.clock is None and clock >= RELEASED - _DAY:
        return Clock(clock)  # nothing was found odd when the evidence was collected
    case = _Case(
        clock, _site(evidence), evidence.clock, tuple(_passed(evidence, sent)), tuple(windows())
    )
    return _behind(case) or _ahead(case, evidence, sent) or _doubtful(case, sent) or Clock(clock)


class _Case(NamedTuple):
    clock: datetime
    site: datetime | None
    machine: ClockWitnesses | None
    passed: tuple[Passed, ...]
    windows: tuple[Window, ...]


def _site(evidence: Evidence) -> datetime | None:
    return evidence.answer.date if evidence.answer else None


def _passed(evidence: Evidence, sent: Sequence[Certificate]) -> Iterator[Passed]:
    known = evidence.clock
    released = known.released if known else RELEASED
    yield Passed(Party.PROGRAM, released, f"this program was made on {_say(released)}")
    if known is not None and known.files is not None:
        yield Passed(
            Party.FILES, known.files, f"this computer changed files on {_say(known.files)}"
        )
    newest = evidence.newest_authority
    if newest is not None:
        words = f"the system's list has an authority that began on {_say(newest)}"
        yield Passed(Party.SYSTEM, newest, words)
    site = _site(evidence)
    if site is not None:
        yield Passed(Party.SITE, site, f"the site says that it is {_say(site)}")
    elif sent:
        begun = max(one.not_before for one in sent)
        yield Passed(Party.SITE, begun, f"there is a certificate that began on {_say(begun)}")


def _behind(case: _Case) -> Clock | None:
    later = [one for one in case.passed if one.moment > case.clock + _tolerance(one)]
    later += [
        Passed(Party.AUTHORITY, one.start, f"an authority signed an answer on {_say(one.start)}")
        for one in case.windows
        if one.start > case.clock + SKEW
    ]
    parties = {one.party for one in later}
    if Party.PROGRAM not in parties and len(parties) < 2:
        return None
    now = max(one.moment for one in later)
    return Clock(now, wrong=True, witnesses=_words(later))


def _tolerance(one: Passed) -> timedelta:
    return _DAY if one.party is Party.PROGRAM else SKEW


def _ahead(case: _Case, evidence: Evidence, sent: Sequence[Certificate]) -> Clock | None:
    now = _earlier(case)
    if now is None or not any(now <= one.not_after < case.clock for one in sent):
        return None
    agreeing = [one for one in case.passed if _agrees(one, now, case)]
    agreeing += _gap(case, now)
    agreeing += [
        Passed(Party.AUTHORITY, one.end, f"an authority's answer holds until {_say(one.end)}")
        for one in case.windows
        if one.end < case.clock - SKEW and one.start - SKEW <= now <= one.end + SKEW
    ]
    if len({one.party for one in agreeing}) < 2:
        return None
    return Clock(now, wrong=True, witnesses=_words(agreeing))


def _earlier(case: _Case) -> datetime | None:
    """A moment before the clock's that no witness rules out: the site's, else that of the files."""
    files = next((one.moment for one in case.passed if one.party is Party.FILES), None)
    now = case.site or files
    if now is None or now >= case.clock - SKEW:
        return None
    return now if _possible(now, case) else None


def _possible(now: datetime, case: _Case) -> bool:
    """Whether everything has passed that has passed, by those whom this clock cannot have misled."""
    return all(one.moment <= now + SKEW for one in case.passed if one.party is not Party.FILES)


def _gap(case: _Case, now: datetime) -> list[Passed]:
    """The clock has been ahead since the machine was started: between the last file from before and the
    start lies a gap, and without it the start would have been when it was if it is `now`."""
    machine = case.machine
    if machine is None or machine.started is None or machine.before_start is None:
        return []
    last, truly_started = machine.before_start, now - (case.clock - machine.started)
    if machine.started - last < _DAY or not truly_started - _QUIET <= last <= truly_started + SKEW:
        return []
    words = f"this computer changed no file between {_say(last)} and its start"
    return [Passed(Party.FILES, last, words)]


def _agrees(one: Passed, now: datetime, case: _Case) -> bool:
    """Whether a witness speaks for `now`, not only not against it."""
    if one.party is Party.SITE:
        return one.moment == now
    if one.party is Party.FILES:
        return now - _QUIET <= one.moment < case.clock - SKEW
    if one.party is Party.PROGRAM:
        return case.site is not None and now <= one.moment + _IN_USE < case.clock
    return False


def _makes_valid(now: datetime, clock: datetime, sent: Sequence[Certificate]) -> bool:
    """Whether a certificate that is not valid by the clock would be valid at `now`."""
    return any(
        one.not_before <= now <= one.not_after and not one.not_before <= clock <= one.not_after
        for one in sent
    )


def _doubtful(case: _Case, sent: Sequence[Certificate]) -> Clock | None:
    """The site alone contradicts the clock, and nothing contradicts the site."""
    now = case.site
    if now is None or abs(now - case.clock) <= SKEW or not _makes_valid(now, case.clock, sent):
        return None
    if not _possible(now, case):
        return None
    files = case.machine.files if case.machine else None
    return Clock(
        case.clock,
        doubtful=True,
        supported=files is not None and abs(files - case.clock) <= _QUIET,
        witnesses=(f"the site says that it is {_say(now)}",),
    )


def _words(passed: Sequence[Passed]) -> tuple[str, ...]:
    return tuple(one.words for one in passed)


def _say(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")

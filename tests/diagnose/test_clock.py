"""A wrong clock is told from witnesses that know nothing of each other, and never from one alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from tests.diagnose.test_rules import HOST, causes, evidence
from tests.making import NOW, Made, chain
from trustmgr import RELEASED, evidence_file
from trustmgr.diagnose import diagnose
from trustmgr.evidence import ClockWitnesses, Evidence, Fetched, HttpAnswer
from trustmgr.findings import Severity, Verdict

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
LEAF, INTERMEDIATE, ROOT = chain(HOST, start=NOW - 10 * DAY, end=NOW + 80 * DAY)
#: Ended ten days ago.
OLD, OLD_INTERMEDIATE, OLD_ROOT = chain(HOST, start=NOW - 90 * DAY, end=NOW - 10 * DAY)


def seen(
    clock: dt.datetime,
    *,
    site: dt.datetime | None = None,
    files: dt.datetime | None = None,
    store: dt.datetime | None = None,
    sent: tuple[Made, Made, Made] = (LEAF, INTERMEDIATE, ROOT),
    **changes: object,
) -> Evidence:
    """What a machine whose clock says `clock` collects."""
    answer = HttpAnswer(200, site) if site else None
    witnesses = ClockWitnesses(RELEASED, files)
    changes["newest_authority"] = store
    return evidence(sent[:2], (sent[2],), at=clock, answer=answer, clock=witnesses, **changes)


def found(seen: Evidence) -> list[tuple[str, Severity]]:
    return [(f.cause, f.severity) for f in diagnose(seen).findings]


WRONG = [("clock-wrong", Severity.ERROR)]


@pytest.mark.parametrize(
    "clock",
    [
        dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2001, 9, 9, tzinfo=dt.UTC),
        RELEASED - 2 * DAY,
    ],
)
def test_a_clock_before_the_release_of_this_program_is_wrong(clock: dt.datetime) -> None:
    assert found(seen(clock)) == WRONG


def test_a_clock_that_is_behind_by_two_witnesses() -> None:
    clock = NOW - 15 * DAY
    for known in ({"site": NOW}, {"store": NOW - DAY}):
        report = diagnose(seen(clock, files=NOW - MINUTE, **known))
        assert causes(report) == ["clock-wrong"]
        assert report.verdict is Verdict.UNTRUSTED
        assert "behind" in report.findings[0].detail
        assert "changed files" in report.findings[0].proof
        assert [r.action for r in report.findings[0].remedies] == ["set-clock"]


def test_a_time_zone_taken_for_another_is_enough() -> None:
    new = chain(HOST, start=NOW - 30 * MINUTE, end=NOW + 80 * DAY)
    clock = NOW - 120 * MINUTE
    assert found(seen(clock, site=NOW, files=NOW - MINUTE, sent=new)) == WRONG


def test_a_certificate_that_is_not_yet_valid_stays_so_when_the_clock_is_right() -> None:
    future = chain(HOST, start=NOW + 10 * DAY, end=NOW + 80 * DAY)
    assert causes(diagnose(seen(NOW, site=NOW, files=NOW - MINUTE, sent=future))) == [
        "not-yet-valid"
    ]


@pytest.mark.parametrize("years", [1, 3, 30])
def test_a_clock_that_is_ahead_and_files_that_know_better(years: int) -> None:
    report = diagnose(seen(NOW + years * 365 * DAY, site=NOW, files=NOW - 60 * MINUTE))
    assert causes(report) == ["clock-wrong"]
    assert "ahead" in report.findings[0].detail


def test_a_clock_that_is_ahead_and_an_authority_that_knows_better() -> None:
    """The files follow a clock that has been wrong since the machine was started."""
    clock = NOW + 200 * DAY
    today = clock - MINUTE
    answer = Fetched("http://ca.example/crl", _revocation_list(), certificate=LEAF.sha256)
    report = diagnose(seen(clock, site=NOW, files=today, crls=(answer,)))
    assert causes(report) == ["clock-wrong"]
    forged = replace(answer, body=_revocation_list(signer=ROOT))
    report = diagnose(seen(clock, site=NOW, files=today, crls=(forged,)))
    assert "expired" in causes(report)


def test_a_clock_that_has_been_ahead_since_the_machine_was_started() -> None:
    """Every file of today is marked wrongly; the last one from before the start is not."""
    clock = NOW + 200 * DAY
    started = clock - 5 * DAY
    base = seen(clock, site=NOW, files=clock - MINUTE)
    assert base.clock is not None

    def with_last_file(moment: dt.datetime) -> list[str]:
        machine = replace(base.clock, started=started, before_start=moment)  # type: ignore[type-var]
        return causes(diagnose(replace(base, clock=machine)))

    assert with_last_file(NOW - 5 * DAY - 60 * MINUTE) == ["clock-wrong"]
    assert with_last_file(NOW - 40 * DAY)[0] == "expired"  # it was switched off for long
    assert with_last_file(started - MINUTE)[0] == "expired"  # there is no gap
    assert with_last_file(NOW - MINUTE)[0] == "expired"  # it would have been running then


def test_one_witness_is_a_hint_and_the_certificate_stays_expired() -> None:
    """A site whose certificate has ended can say anything about the time."""
    site = NOW - 11 * DAY
    answer = found(seen(NOW, site=site, sent=(OLD, OLD_INTERMEDIATE, OLD_ROOT)))
    assert answer == [("expired", Severity.ERROR), ("clock-wrong", Severity.WARNING)]


def test_where_files_agree_with_the_clock_it_is_less_than_a_hint() -> None:
    lying = seen(
        NOW, site=NOW - 11 * DAY, files=NOW - MINUTE, sent=(OLD, OLD_INTERMEDIATE, OLD_ROOT)
    )
    assert found(lying) == [("expired", Severity.ERROR), ("clock-wrong", Severity.NOTICE)]


def test_a_lie_from_before_this_program_is_none_either() -> None:
    old = chain(HOST, start=RELEASED - 90 * DAY, end=RELEASED - 10 * DAY)
    assert found(seen(NOW, site=RELEASED - 20 * DAY, sent=old)) == [("expired", Severity.ERROR)]


def test_what_has_really_ended_is_said_beside_a_wrong_clock() -> None:
    """Judged by what the witnesses say, not by the clock."""
    behind = seen(NOW - 3000 * DAY, site=NOW, files=NOW, sent=(OLD, OLD_INTERMEDIATE, OLD_ROOT))
    assert causes(diagnose(behind)) == ["clock-wrong", "expired"]


def test_what_has_not_begun_is_not_called_expired_by_a_clock_that_is_ahead() -> None:
    future = chain(HOST, start=NOW + 10 * DAY, end=NOW + 80 * DAY)
    ahead = seen(NOW + 200 * DAY, site=NOW, files=NOW - MINUTE, sent=future)
    assert causes(diagnose(ahead)) == ["clock-wrong", "not-yet-valid"]


def test_quiet_files_alone_prove_nothing() -> None:
    """A machine that slept for a year, looking at a certificate that has ended since."""
    quiet = seen(NOW, files=NOW - 365 * DAY, sent=(OLD, OLD_INTERMEDIATE, OLD_ROOT))
    assert found(quiet) == [("expired", Severity.ERROR)]
    as_file = replace(
        quiet,
        target=replace(quiet.target, files=("x.pem",)),
        file_certificates=(OLD.der, OLD_INTERMEDIATE.der),
        clock=ClockWitnesses(RELEASED, NOW - 20 * DAY),
    )
    assert found(as_file) == [("expired", Severity.ERROR)]


def test_a_file_with_a_new_certificate_and_files_from_later() -> None:
    new = chain(HOST, start=NOW - 60 * MINUTE, end=NOW + 80 * DAY)
    base = seen(NOW - 9 * DAY, files=NOW - MINUTE, sent=new)
    given = replace(
        base,
        target=replace(base.target, files=("x.pem",)),
        file_certificates=(new[0].der, new[1].der),
        attempts=(),
    )
    assert found(given) == WRONG
    assert base.clock is not None
    right = replace(given, clock=replace(base.clock, files=NOW - 9 * DAY - MINUTE))
    assert {cause for cause, _ in found(right)} == {"not-yet-valid"}


def test_a_question_is_no_clock() -> None:
    asked = replace(seen(NOW, site=NOW), judged_at=NOW + 3000 * DAY)
    assert causes(diagnose(asked)) == ["expired"] * 3
    assert causes(diagnose(replace(asked, judged_at=NOW - 9000 * DAY)))[0] == "not-yet-valid"


def test_the_witnesses_are_replayed_from_a_file() -> None:
    collected = seen(NOW + 3 * 365 * DAY, site=NOW, files=NOW - MINUTE, store=NOW - 400 * DAY)
    again = evidence_file.load(evidence_file.dump(collected))
    assert again == collected
    assert causes(diagnose(again)) == ["clock-wrong"]


def test_evidence_of_the_first_version_still_loads() -> None:
    import json

    document = json.loads(evidence_file.dump(evidence((LEAF, INTERMEDIATE), (ROOT,))))
    document["version"] = 1
    for name in ("clock", "answer", "plain_answer", "public_roots", "newest_authority"):
        del document["evidence"][name]
    for store in document["evidence"]["stores"]:
        for held in store["held"]:
            del held["origin"]
    assert causes(diagnose(evidence_file.load(json.dumps(document)))) == []


def _revocation_list(signer: Made = INTERMEDIATE) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(INTERMEDIATE.certificate.subject)
        .last_update(NOW - DAY)
        .next_update(NOW + 6 * DAY)
    )
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

"""Saved evidence comes back equal, and hostile files are refused."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustmgr.errors import UnreadableInput
from trustmgr.evidence import Attempt, Evidence, Fetched, Held, StoreSnapshot
from trustmgr.evidence_file import dump, load, looks_like_evidence
from trustmgr.target import Target

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(str, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))


@given(st.builds(Evidence))
def test_comes_back_equal(evidence: Evidence) -> None:
    text = dump(evidence)
    assert load(text) == evidence
    assert looks_like_evidence(text.encode())
    assert text.isascii()


MOMENT = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
SMALL = Evidence(
    target=Target("a:1", "a", 1, "a", connect=("::1", 2)),
    collected_at=MOMENT,
    judged_at=MOMENT,
    attempts=(Attempt("127.0.0.1", 1, sent=(b"\0\xff",)),),
    fetched=(Fetched("http://a/", b"x"),),
    stores=(StoreSnapshot("s", "S", (Held(b"y", "trusted"),)),),
)


def test_moments_are_rfc_3339_in_utc() -> None:
    east = datetime(2026, 11, 24, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    document = json.loads(dump(dataclasses.replace(SMALL, judged_at=east)))
    assert document["evidence"]["judged_at"] == "2026-11-24T12:30:00Z"
    assert document["evidence"]["attempts"][0]["sent"] == ["AP8="]


def test_files_of_older_versions_lack_newer_fields() -> None:
    document = json.loads(dump(SMALL))
    del document["evidence"]["notes"], document["evidence"]["attempts"][0]["proxy"]
    document["evidence"]["a field of tomorrow"] = 1
    assert load(json.dumps(document)) == SMALL


def spoiled(*path: Any, value: Any) -> str:
    document = json.loads(dump(SMALL))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        "[" * 100_000,
        '{"format": "trustmgr-evidence", "version": 1}',
        '{"format": "trustmgr-evidence", "version": 1, "evidence": {}}',
        '{"format": "trustmgr-evidence", "version": 1, "evidence": '
        + "[" * 5000
        + "]" * 5000
        + "}",
        spoiled("version", value=3),
        spoiled("format", value="x"),
        spoiled("evidence", "judged_at", value="yesterday"),
        spoiled("evidence", "judged_at", value="2026-01-01T00:00:00"),
        spoiled("evidence", "judged_at", value="0001-01-01T00:00:00+23:00"),
        spoiled("evidence", "judged_at", value=None),
        spoiled("evidence", "attempts", value={}),
        spoiled("evidence", "attempts", value=[0] * 20_000),
        spoiled("evidence", "attempts", 0, "sent", value=["%"]),
        spoiled("evidence", "attempts", 0, "sent", value="AP8="),
        spoiled("evidence", "attempts", 0, "port", value=True),
        spoiled("evidence", "attempts", 0, "port", value="1"),
        spoiled("evidence", "attempts", 0, "failure", value="no such failure"),
        spoiled("evidence", "target", "connect", value=["::1", 2, 3]),
        spoiled("evidence", "target", "text", value="\ud800"),
        spoiled("evidence", "target", "port", value=10).replace("10", "1" * 5000),
    ],
)
def test_hostile_files_are_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        load(text)
    assert "\n" not in str(caught.value)


def test_recognised_by_its_start() -> None:
    assert looks_like_evidence(b"\xef\xbb\xbf" + dump(SMALL).encode())
    assert not looks_like_evidence(b'{"format": "other"}')
    assert not looks_like_evidence(b"-----BEGIN CERTIFICATE-----")

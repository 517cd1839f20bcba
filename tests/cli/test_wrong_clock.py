"""The real program under a clock that is wrong (faketime), against sites that are right.

The machine's own clock is never touched: faketime changes what one process sees.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from trustmgr.lab import Lab

pytestmark = pytest.mark.skipif(shutil.which("faketime") is None, reason="extra program: faketime")


def inspect_at(when: str, target: str, lab: Lab, *words: str) -> dict[str, object]:
    done = subprocess.run(
        [
            *("faketime", when, sys.executable, "-m", "trustmgr", "inspect", target, "--json"),
            *("--roots", str(lab.ca_file), *words),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    document: dict[str, object] = json.loads(done.stdout)
    return document


def causes(document: dict[str, object]) -> list[str]:
    findings = document["findings"]
    assert isinstance(findings, list)
    return [finding["cause"] for finding in findings]


@pytest.mark.parametrize("when", ["2001-01-01", "-40 days", "-3 hours", "+200 days", "+5 years"])
def test_a_good_site_under_a_wrong_clock(when: str, lab: Lab) -> None:
    document = inspect_at(when, lab.sites["good"].target, lab)
    assert causes(document) == ["clock-wrong"]
    assert document["verdict"] == "untrusted"


@pytest.mark.parametrize("when", ["2001-01-01", "-40 days", "+5 years"])
@pytest.mark.parametrize("site", ["expired", "not-yet-valid"])
def test_what_is_true_all_the_same_is_said_too(when: str, site: str, lab: Lab) -> None:
    assert causes(inspect_at(when, lab.sites[site].target, lab)) == ["clock-wrong", site]


def test_a_question_is_answered_as_asked(lab: Lab) -> None:
    document = inspect_at("+5 years", lab.sites["good"].target, lab, "--at", "2001-01-01")
    assert set(causes(document)) == {"not-yet-valid"}


def test_revocation_is_judged_by_the_right_time(lab: Lab) -> None:
    """By the wrong clock the authority's fresh answer would be years old."""
    assert causes(inspect_at("+5 years", lab.sites["revoked-ocsp"].target, lab)) == [
        "clock-wrong",
        "revoked",
    ]

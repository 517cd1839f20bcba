"""Load from the lab: many good sites behind one port, and latency."""

from __future__ import annotations

import time

from tests.cli.running import trustmgr
from trustmgr.engine import Engine, InspectOptions
from trustmgr.findings import Verdict
from trustmgr.lab import Lab, running_lab
from trustmgr.probe.targets import parse_target
from trustmgr.report import Report


def test_each_name_has_a_certificate_of_its_own(lab: Lab) -> None:
    targets = [parse_target(text) for text in lab.many(5)]
    found = dict(Engine().inspect_many(targets, InspectOptions(roots=(lab.ca_file,))))
    reports = [one for one in found.values() if isinstance(one, Report)]
    assert [one.verdict for one in reports] == [Verdict.TRUSTED] * 5
    assert len({one.chain[0].sha256 for one in reports}) == 5


def test_latency() -> None:
    with running_lab(latency=0.3) as lab:
        options = InspectOptions(roots=(lab.ca_file,))
        start = time.monotonic()
        report = Engine().inspect(parse_target(lab.sites["good"].target), options)
        assert time.monotonic() - start >= 0.3
    assert report.verdict is Verdict.TRUSTED


def test_a_latency_that_is_none() -> None:
    ran = trustmgr("lab", "--latency", "soon")
    assert (ran.code, ran.out) == (2, "")

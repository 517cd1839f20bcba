"""Every lab site shows exactly the causes that it is about: none missing, none invented."""

from __future__ import annotations

import pytest

from trustmgr.engine import Engine, InspectOptions
from trustmgr.findings import Severity
from trustmgr.lab import Lab
from trustmgr.lab.sites import SITES
from trustmgr.probe.targets import parse_target


@pytest.mark.parametrize("name", [site.name for site in SITES])
def test_exactly_the_expected_causes(name: str, lab: Lab) -> None:
    site = lab.sites[name]
    options = InspectOptions(roots=(lab.ca_file,), timeout=3.0)
    report = Engine().inspect(parse_target(site.target), options)
    found = {f.cause for f in report.findings if f.severity is not Severity.NOTICE}
    assert found == site.causes, [f.detail for f in report.findings]
    assert report.verdict == site.verdict
    for finding in report.findings:
        assert finding.title and finding.detail
        assert finding.remedies or finding.severity is Severity.NOTICE


@pytest.mark.parametrize("name", [site.name for site in SITES if site.starttls])
def test_a_port_that_needs_starttls_is_good_with_it(name: str, lab: Lab) -> None:
    site = lab.sites[name]
    target = parse_target(site.target, starttls=site.starttls, host=site.host)
    report = Engine().inspect(target, InspectOptions(roots=(lab.ca_file,)))
    assert report.findings == ()
    assert report.verdict == "trusted"


def test_the_site_that_needs_a_name_is_good_by_name(lab: Lab) -> None:
    site = lab.sites["sni-required"]
    target = parse_target(f"sni-required.localhost:{site.port}")
    report = Engine().inspect(target, InspectOptions(roots=(lab.ca_file,)))
    assert report.findings == ()

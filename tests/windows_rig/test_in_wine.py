"""The tests that make sense on Windows, run there: a real Windows Python under Wine (`dev.py windows`).

Each part is a test here, and each of its tests a subtest, so that the closing line counts them.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from house import windows_rig, wine

from tests.windows_rig.machine import machine
from tests.windows_rig.parts import PARTS, Part

__all__ = ["machine"]

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("name", PARTS)
def test_it_passes_on_windows(
    name: str, machine: Path, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    said, results = run(PARTS[name], machine, tmp_path / "results.xml")
    passed = 0
    for test, outcome, why in results:
        with subtests.test(test):
            if outcome == "skipped":
                pytest.skip(f"of Windows: {why}")
            assert outcome == "passed", why
            passed += 1
    assert passed >= PARTS[name].at_least, said


def run(part: Part, machine: Path, report: Path) -> tuple[str, list[tuple[str, str, str]]]:
    """What pytest said there, and of each test its name, its outcome and why."""
    words = ["-m", "pytest", "-q", f"--junitxml={wine.windows_path(str(report))}", *part.words]
    with windows_rig.start_python(words, str(machine)) as python:
        said = python.communicate()[0].decode("utf-8", "replace")
    assert report.exists(), said
    cases = ElementTree.parse(report).getroot().iter("testcase")
    return said, [result(case) for case in cases]


def result(case: ElementTree.Element) -> tuple[str, str, str]:
    """One test of a report in JUnit's form, in which passing is the absence of anything else."""
    name = f"{case.get('classname')}::{case.get('name')}"
    for kind in ("failure", "error", "skipped"):
        if (found := case.find(kind)) is not None:
            return name, kind, found.get("message", "") + "\n" + (found.text or "")
    return name, "passed", ""

"""What ran on Windows is counted by itself in the closing line of the run."""

from __future__ import annotations

import pytest

MODULE = "tests/windows_rig/test_in_wine.py::"


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """(what to count it as, its sign, its word). A failure is one of the run's own."""
    of_windows = isinstance(report, pytest.SubtestReport) and report.nodeid.startswith(MODULE)
    if not of_windows or report.failed:
        return None
    return f"{report.outcome} on Windows", "", report.outcome.upper()

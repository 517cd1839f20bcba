"""What every test gets: state of its own, and no settings of this machine that change trust."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.windows_rig.counting import pytest_report_teststatus

if TYPE_CHECKING:
    from trustmgr.lab import Lab

__all__ = [
    "pytest_make_collect_report",
    "pytest_report_teststatus",
    "pytest_runtest_makereport",
]

# A shell's background jobs ignore SIGINT, and so would every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: Variables that would replace the store which a client reads (many companies set them).
TRUST_VARIABLES = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """State in a folder of the test's own; nothing inherited that changes trust."""
    monkeypatch.setenv("TRUSTMGR_HOME", str(tmp_path / "state"))
    for variable in TRUST_VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The broken sites, once for each process of the test run."""
    from trustmgr.lab import running_lab

    with running_lab() as running:
        yield running

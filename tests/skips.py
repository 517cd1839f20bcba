"""Skips that hide nothing: where CI is set, a test may be skipped only for a reason listed here.

CI installs what the tests need; a reason that says otherwise (a program is missing) is a failure
there. Add a reason only when the machine cannot, by its nature, do what the test wants.
"""

from __future__ import annotations

import os
import platform as platform_module
import sys

import pytest

#: Read once: tests may clear the environment.
_CI = bool(os.environ.get("CI"))

#: Beginnings of reasons that are no fault of the machine.
ALLOWED = (
    "of POSIX: ",
    "of Linux: ",
    "of Debian: ",
    "of Windows: ",
    "of Wine: ",
    "of macOS: ",
    "of users: ",
    "no Wine for 64-bit Windows programs",
    "private mount namespace: needs root",
    "private mount namespace: unshare: ",  # containers refuse it, even to root
    "no ::1 here",
    "no /proc here",
    "no hooks of ca-certificates here",
    "no free ports here",
    "no cargo here",  # Debian's own is too old for a registry on a plain server
    "no aws here",
    "no requests here",  # a library of the system's Python, which is not ours to install
)

#: What CI installs on Linux alone.
ELSEWHERE = ("not installed: ",)

#: Browsers, Java and the like, which `dev.py test` installs where CI is root on Debian.
EXTRA = ("extra program: ",)


def is_allowed(reason: str, platform: str = sys.platform, *, extra: bool | None = None) -> bool:
    """Whether CI may skip a test for this reason. `extra`: whether it has the extra programs."""
    if extra is None:
        extra = platform == "linux" and os.geteuid() == 0 and _is_debian()
    allowed = ALLOWED if platform == "linux" else ALLOWED + ELSEWHERE
    return reason.startswith(allowed if extra else allowed + EXTRA)


def _is_debian() -> bool:
    return os_release().get("ID") == "debian"


def os_release() -> dict[str, str]:
    """What the system says it is; empty where it does not say."""
    try:
        return platform_module.freedesktop_os_release()
    except OSError:
        return {}


#: Modules of Python that Windows has not. (What of the program needs one is in pyproject.toml, and a
#: test in tests/portability imports all the rest.)
OF_POSIX = ("fcntl", "grp", "pty", "pwd", "resource", "termios")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):  # noqa: ANN001, ANN201 - a hook of pytest
    """A file of tests that needs such a module is skipped, not broken."""
    report = yield
    if sys.platform == "win32" and report.failed:
        cause = report.call.excinfo.value.__cause__
        if isinstance(cause, ModuleNotFoundError) and cause.name in OF_POSIX:
            report.outcome = "skipped"
            report.longrepr = (str(collector.path), 0, f"Skipped: of POSIX: {cause.name}")
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):  # noqa: ANN001, ANN201 - a hook of pytest
    report = yield
    if _CI and report.skipped and not hasattr(report, "wasxfail"):
        _judge(report)
    return report


def _judge(report: pytest.TestReport) -> None:
    where = report.longrepr
    reason = where[2] if isinstance(where, tuple) else str(where)
    reason = reason.removeprefix("Skipped: ")
    if not is_allowed(reason):
        report.outcome = "failed"
        report.longrepr = f"CI may not skip this test (tests/skips.py): {reason}"

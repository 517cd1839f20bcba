"""CI shows what it could not run: as a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import is_allowed

ROOT = Path(__file__).resolve().parent.parent
TESTS = """
import pytest

@pytest.mark.skipif(True, reason="REASON")
def test_marked(): ...

def test_inside():
    pytest.skip("REASON")

@pytest.mark.xfail(reason="not installed: anything")
def test_expected():
    assert False
"""


def closing_line(folder: Path, reason: str, **environment: str) -> str:
    """What pytest says in the end about tests that skip for that reason."""
    (folder / "test_skipping.py").write_text(TESTS.replace("REASON", reason))
    options = ["-p", "no:cacheprovider", "-p", "tests.skips", "-c", os.devnull, "--rootdir", "."]
    kept = {k: v for k, v in os.environ.items() if k != "CI" and not k.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options, str(folder)],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip().splitlines()[-1]


def test_a_missing_program_fails_in_ci_alone(tmp_path: Path) -> None:
    reason = "not installed: something"
    if sys.platform == "linux":
        assert closing_line(tmp_path, reason, CI="true").startswith(
            "1 failed, 1 xfailed, 1 error"  # one that skips before it begins is an error
        )
    assert closing_line(tmp_path, reason).startswith("2 skipped, 1 xfailed")


def test_what_a_machine_cannot_have_is_skipped_in_ci_too(tmp_path: Path) -> None:
    assert closing_line(tmp_path, "no ::1 here", CI="true").startswith("2 skipped, 1 xfailed")


@pytest.mark.parametrize(
    ("reason", "platform", "allowed"),
    [
        ("of POSIX: modes", "win32", True),
        ("private mount namespace: needs root", "linux", True),
        ("private mount namespace: mount: Invalid argument", "linux", False),
        ("not installed: curl", "linux", False),
        ("not installed: ca-certificates", "darwin", True),
        ("later", "linux", False),
        ("", "linux", False),
    ],
)
def test_reasons(reason: str, platform: str, allowed: bool) -> None:
    assert is_allowed(reason, platform) is allowed


def test_extra_programs_may_be_missing_where_ci_cannot_install_them() -> None:
    assert is_allowed("extra program: chromium", extra=False)
    assert not is_allowed("extra program: chromium", extra=True)

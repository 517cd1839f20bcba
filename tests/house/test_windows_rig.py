"""When the Windows Python is made, when it is good, and what is said where it cannot be had."""

from __future__ import annotations

import platform
import shutil
import sys
from pathlib import Path

import pytest
from house import command_test, windows_rig, wine
from house.trouble import Trouble

from tests.skips import is_allowed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux: Wine")


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for a rig that is made of nothing."""
    folder = tmp_path / "rig"
    monkeypatch.setattr(windows_rig, "RIG", str(folder))
    monkeypatch.setattr(windows_rig, "MACHINE", str(folder / "machine"))
    monkeypatch.setattr(windows_rig, "_STAMP", str(folder / "rig.stamp"))
    monkeypatch.setattr(wine, "find", lambda: "/usr/bin/wine")
    monkeypatch.setattr(windows_rig, "_fill", lambda: None)
    monkeypatch.setattr(wine, "make", lambda prefix: Path(prefix, "system.reg").touch())
    return folder


def test_it_is_made_once(rig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not windows_rig.is_ready()
    windows_rig.prepare_rig()
    assert windows_rig.is_ready()
    monkeypatch.setattr(wine, "make", lambda prefix: pytest.fail("made again"))
    windows_rig.prepare_rig()


def test_half_of_it_is_nothing(rig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise Trouble("The network is down.")

    with monkeypatch.context() as patch, pytest.raises(Trouble):
        patch.setattr(windows_rig, "_fill", broken)
        windows_rig.prepare_rig()
    assert (rig / "machine" / "system.reg").exists()
    assert not windows_rig.is_ready()
    (rig / "machine" / "left").touch()
    windows_rig.prepare_rig()
    assert windows_rig.is_ready()
    assert not (rig / "machine" / "left").exists()


def test_another_lock_makes_another_one(
    rig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows_rig.prepare_rig()
    locks = tmp_path / "locks"
    shutil.copytree(windows_rig.LOCKS, locks)
    monkeypatch.setattr(windows_rig, "LOCKS", str(locks))
    assert windows_rig.is_ready()
    with (locks / "windows.txt").open("a") as file:
        file.write("six==1.17.0 \\\n    --hash=sha256:00\n")
    assert not windows_rig.is_ready()


def test_one_that_was_moved_is_none(
    rig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows_rig.prepare_rig()
    monkeypatch.setattr(windows_rig, "ROOT", str(tmp_path))
    assert not windows_rig.is_ready()


def test_reasons_are_those_that_a_skip_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wine, "find", lambda: None)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    reason = windows_rig.why_not()
    assert reason is not None and reason.startswith("extra program: wine64")
    assert is_allowed(reason, extra=False)
    assert not is_allowed(reason, extra=True)  # where CI could have installed it
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    reason = windows_rig.why_not()
    assert reason is not None and is_allowed(reason, extra=True)
    assert windows_rig.missing() == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ((), True),
        (("-x", "-q"), True),
        (("tests",), True),
        (("tests/",), True),
        (("tests/windows_rig/test_in_wine.py::test_it_passes_on_windows",), True),
        (("tests/lab", "-x"), False),
        (("tests/lab", "tests/windows_rig"), True),
    ],
)
def test_it_is_made_for_tests_that_need_it(words: tuple[str, ...], wanted: bool) -> None:
    assert command_test.wants_windows(list(words)) is wanted

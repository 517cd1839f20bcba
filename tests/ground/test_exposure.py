"""Who could change the program that is about to become root."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from platform_backends.elevation import exposure

pytestmark = pytest.mark.skipif(os.name != "posix", reason="of POSIX: owners and modes")


@pytest.fixture
def safe(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """An installation of root's; whether these tests run as root does not matter."""
    parts = [Path("/usr"), Path("/")]
    monkeypatch.setattr(exposure, "_parts", lambda: iter(parts))
    return parts


def test_what_root_owns_is_not_exposed(safe: list[Path]) -> None:
    assert exposure.exposed() is None


def test_what_everybody_may_write_is_exposed(safe: list[Path], tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.touch(mode=0o644)
    file.chmod(0o666)
    safe.append(file)
    assert exposure.exposed() is not None


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="of users: root alone can give away"
)
def test_what_a_user_owns_is_exposed(safe: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "home"
    (folder / ".venv").mkdir(parents=True)
    safe.append(folder / ".venv" / "python")
    assert exposure.exposed() is None or exposure.exposed() not in (folder, folder / ".venv")
    os.chown(folder, 65534, 65534)
    assert exposure.exposed() == folder


def test_the_parts_of_this_installation_are_found() -> None:
    parts = list(exposure._parts())
    assert Path(exposure.__file__).resolve().parent in parts
    assert all(part.exists() for part in parts)

"""A Windows machine for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from house import windows_rig, wine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Path]:
    """A folder with a Windows machine in it, its registry and users' folders its own."""
    if (reason := windows_rig.why_not()) is not None:
        pytest.skip(reason)
    if not windows_rig.is_ready():
        pytest.skip("no Windows Python here: `dev.py windows` makes it, or says why it cannot")
    folder = tmp_path / "machine"
    windows_rig.new_machine(str(folder))
    yield folder
    wine.stop(str(folder))

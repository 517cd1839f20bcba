"""Linux in Windows: each side knows of the other."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from platform_backends import wsl
from platform_backends.base import StoreUnavailable, Trust
from trustmgr.remedy import warnings


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux: its kernel's name")
@pytest.mark.parametrize(
    ("release", "inside"),
    [
        ("4.4.0-19041-Microsoft", True),
        ("5.15.90.1-microsoft-standard-WSL2", True),
        ("6.1.0-18-amd64", False),
        (None, False),
    ],
)
def test_linux_knows_by_its_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str | None, inside: bool
) -> None:
    path = tmp_path / "osrelease"
    if release is not None:
        path.write_text(release)
    monkeypatch.setattr(wsl, "_RELEASE", path)
    assert wsl.is_inside() is inside
    assert any("programs of Windows" in said for said in warnings.of_other_side()) is inside


def test_a_distribution_is_told_and_not_touched() -> None:
    store = wsl.WslStore("Ubuntu")
    found = store.availability()
    assert not found.available
    assert "wsl -d Ubuntu" in found.fix
    for change in (store.entries, lambda: store.add(b"", Trust()), lambda: store.remove("")):
        with pytest.raises(StoreUnavailable):
            change()

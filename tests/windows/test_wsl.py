"""The Linux systems in Windows that this user has, found in the registry and told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_backends import wsl
from tests.cli.running import trustmgr
from tests.making import make
from tests.windows.own import under_wine

if sys.platform != "win32":
    pytest.skip("of Windows: its registry", allow_module_level=True)

import winreg

NAMES = ("Ubuntu", "Debian <b>\u202e")


@pytest.fixture(autouse=True)
def _distributions() -> Iterator[None]:
    if not under_wine():
        pytest.skip("of Windows: the settings of somebody's computer are not for tests")
    keys = [f"{wsl._LXSS}\\{{{number}}}" for number in range(len(NAMES))]
    for path, name in zip(keys, NAMES, strict=True):
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
            winreg.SetValueEx(key, "DistributionName", 0, winreg.REG_SZ, name)
    yield
    for path in (*keys, wsl._LXSS):
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)


def test_they_are_stores_of_their_own() -> None:
    found = {one["id"]: one for one in trustmgr("stores", "--json").json["stores"]}
    assert not found["wsl.Ubuntu"]["available"]
    assert "wsl -d Ubuntu" in found["wsl.Ubuntu"]["fix"]
    assert "wsl.Ubuntu" in trustmgr("stores").out


def test_an_import_says_what_it_does_not_reach(tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    file.write_bytes(make("Root", ca=True).pem)
    said = trustmgr("import", str(file), "--dry-run")
    assert said.code == 0
    assert "wsl -d Ubuntu" in said.out
    assert "\u202e" not in said.out


def test_list_and_import_everywhere_go_on_without_them(tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    file.write_bytes(make("Root", ca=True).pem)
    assert trustmgr("list", "--json").code == 0
    said = trustmgr("import", str(file), "--dry-run", "--everywhere", "--json")
    assert next(step["store"] for step in said.json["plan"]["steps"]) == "windows.user.root"

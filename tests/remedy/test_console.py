"""The system's own window on a store: which program, by which path."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from trustmgr.remedy import console


@pytest.mark.parametrize(
    ("store", "name"),
    [
        ("windows.user.root", "certmgr.msc"),
        ("windows.machine.disallowed", "certlm.msc"),
        ("macos.login", "Keychain Access"),
        ("linux.ca-certificates", ""),
        ("tool.git", ""),
    ],
)
def test_which_program(store: str, name: str) -> None:
    assert console.name(store) == name


@pytest.mark.skipif(sys.platform != "win32", reason="of Windows: its consoles")
def test_windows_own_is_opened_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(os, "startfile", opened.append)
    assert console.open_console("windows.machine.root")
    (path,) = opened
    assert path.name == "certlm.msc"
    assert path.parent.name.lower() == "system32"


@pytest.mark.skipif(sys.platform == "win32", reason="of POSIX: programs")
def test_a_mac_opens_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(console, "started", lambda words: not started.append(words))
    assert not console.open_console("macos.login")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert console.open_console("macos.login")
    assert started == [("/usr/bin/open", "-a", "Keychain Access")]
    assert not console.open_console("tool.git")

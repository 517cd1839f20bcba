"""Which page of which system's settings; nothing is started for real and no clock is touched."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from trustmgr.remedy import clock_settings, update_settings


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would have been started."""
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda words, **_: seen.append(tuple(words)))
    return seen


@pytest.mark.parametrize(
    ("desktop", "programs", "words"),
    [
        ("GNOME", ["gnome-control-center"], ("gnome-control-center", "datetime")),
        ("ubuntu:GNOME", ["gnome-control-center"], ("gnome-control-center", "datetime")),
        ("KDE", ["kcmshell5", "systemsettings"], ("kcmshell5", "kcm_clock")),
        ("KDE", ["kcmshell6", "kcmshell5"], ("kcmshell6", "kcm_clock")),
        ("X-Cinnamon", ["cinnamon-settings"], ("cinnamon-settings", "calendar")),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="of Linux: desktops")
def test_linux(
    desktop: str,
    programs: list[str],
    words: tuple[str, ...],
    started: list[tuple[str, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in programs:
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    assert clock_settings.open_page()
    assert started == [(str(tmp_path / words[0]), *words[1:])]


def test_without_a_desktop_there_is_no_page(
    started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
    assert not clock_settings.open_page()
    assert started == []
    assert clock_settings.command() == "sudo timedatectl set-ntp true"


@pytest.mark.parametrize(
    ("version", "pane", "updates"),
    [
        ("15.4", "Date-Time", "Software-Update"),
        ("12.7.6", "preference.datetime", "preferences.softwareupdate"),
        ("", "Date-Time", "Software-Update"),
    ],
)
def test_macos(
    started: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    pane: str,
    updates: str,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "mac_ver", lambda: (version, ("", "", ""), ""))
    assert clock_settings.open_page()
    assert started[0][0] == "/usr/bin/open"
    assert pane in started[0][1]
    assert "systemsetup" in clock_settings.command()
    assert update_settings.open_page()
    assert updates in started[1][1]


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux: desktops")
def test_updates_on_linux(
    started: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("plasma-discover", "dnf"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
    assert update_settings.command() == "sudo dnf upgrade ca-certificates"
    assert not update_settings.open_page()
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    assert update_settings.open_page()
    assert started == [(str(tmp_path / "plasma-discover"), "--mode", "update")]


@pytest.mark.skipif(sys.platform != "win32", reason="of Windows: its settings")
def test_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("os.startfile", seen.append)
    assert clock_settings.open_page()
    assert update_settings.open_page()
    assert seen == ["ms-settings:dateandtime", "ms-settings:windowsupdate"]

    def nothing(_: str) -> None:
        raise OSError(2, "no such page")

    monkeypatch.setattr("os.startfile", nothing)
    assert not update_settings.open_page()
    assert "ms-settings:windowsupdate" in update_settings.command()

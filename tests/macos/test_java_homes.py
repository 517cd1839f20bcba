"""Where Javas are on a Mac: where java_home(1) looks, JetBrains' folder in the home, and Homebrew's kegs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from platform_backends.java import homes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="of POSIX: HOME")


def test_every_kind_of_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine, brew, home = tmp_path / "Library", tmp_path / "opt", tmp_path / "home"
    places = (
        machine / "temurin-21.jdk/Contents/Home",
        brew / "openjdk@17/libexec/openjdk.jdk/Contents/Home",
        home / "Library/Java/JavaVirtualMachines/corretto-17.0.9/Contents/Home",
        home / ".sdkman/candidates/java/21-tem",
    )
    for place in places:
        for file in ("bin/java", "lib/security/cacerts", "release"):
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_text('JAVA_VERSION="21"\n')
    (brew / "wget/bin").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(homes, "_PARENTS", {sys.platform: (str(machine), str(brew))})
    found = homes.by_keystore()
    assert set(found) == {(place / "lib/security/cacerts").resolve() for place in places}
    assert {home.version for using in found.values() for home in using} == {"21"}

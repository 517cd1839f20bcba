"""A Mac for tests: our own stores, on the stand-in where there is no Mac, on a throw-away keychain where there is."""

from __future__ import annotations

import base64
import json
import os
import plistlib
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from platform_backends import discovery
from platform_backends.macos import KeychainStore, RootsStore, places, security_cli, trust_settings
from platform_backends.macos.trust_settings import Domain
from tests.making import Made, make

STAND_IN = Path(__file__).parent / "stand_in"
ON_A_MAC = sys.platform == "darwin"


class Machine:
    """The stand-in's machine: what is set here it plays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.login = self.home / "Library/Keychains/login.keychain-db"
        self.system = folder / "System.keychain"
        self.roots = folder / "SystemRootCertificates.keychain"
        self.program = folder / "security"
        self.login.parent.mkdir(parents=True)
        self._told: dict[str, Any] = {
            "search": [str(self.login), str(self.system)],
            "system_keychain": str(self.system),
            "roots_keychain": str(self.roots),
            "root": True,
        }
        for keychain in (self.login, self.system, self.roots):
            self.hold(keychain)
        self.set()
        site = sysconfig.get_path("platlib")
        self.program.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -I -S "{STAND_IN}" "{folder}" "{site}" "$@"\n'
        )
        self.program.chmod(0o755)

    def set(self, **told: Any) -> None:
        """Moods and the like, from now on."""
        self._told |= told
        (self.folder / "machine.json").write_text(json.dumps(self._told))

    def hold(self, keychain: Path, *made: Made) -> None:
        """What a keychain holds, and nothing else."""
        keychain.write_text(json.dumps([base64.b64encode(m.der).decode() for m in made]))

    def security(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Somebody else runs `security`."""
        command = [str(self.program), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def log(self) -> list[list[str]]:
        """Every command that was run."""
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    def domain(self, name: str) -> Domain:
        """What is recorded, read without `security`."""
        path = self.folder / f"{name}.plist"
        return trust_settings.parse(path.read_bytes()) if path.exists() else trust_settings.EMPTY

    def ship(self, *made: Made) -> None:
        """Apple's own roots."""
        self.hold(self.roots, *made)
        records = {
            trust_settings.key(m.der): {"issuerName": b"", "serialNumber": b"", "trustSettings": []}
            for m in made
        }
        data = {"trustVersion": 1, "trustList": records}
        (self.folder / "system.plist").write_bytes(plistlib.dumps(data))


class RealMac:
    """This Mac, with a login keychain of the test's own. Its trust settings are the user's: only CI writes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.login = folder / "home/Library/Keychains/login.keychain-db"
        self.login.parent.mkdir(parents=True)
        done = self.security("create-keychain", "-p", "throw-away", self.login)
        assert done.returncode == 0, done.stderr
        self._settings = security_cli.domain(())

    def security(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Bounded: a question that nobody sees may hang."""
        command = ["/usr/bin/security", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    def close(self) -> None:
        """The keychain goes, also out of the list of those that are searched; the trust settings come back."""
        self.security("delete-keychain", self.login)
        if security_cli.domain(()).records != self._settings.records:
            before = self.folder / "before.plist"
            before.write_bytes(self._settings.changed("", None))
            self.security("trust-settings-import", before)


@pytest.fixture
def anywhere(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine | RealMac]:
    """The real tool on a Mac, the stand-in elsewhere: what is asserted about both are the facts."""
    if not ON_A_MAC:
        yield request.getfixturevalue("mac")
        return
    real = RealMac(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    yield real
    real.close()


@pytest.fixture
def trust_can_change(anywhere: Machine | RealMac) -> None:
    """Skips where macOS asks somebody who is not there."""
    if isinstance(anywhere, RealMac) and not _agrees(anywhere):
        pytest.skip("of macOS: trust settings change only for somebody at the screen")


_answers: list[bool] = []


def _agrees(real: RealMac) -> bool:
    """Whether a change of the user's trust settings goes through; asked once, and only in CI."""
    if not _answers:
        _answers.append(bool(os.environ.get("CI")) and _tries(real))
    return _answers[0]


def _tries(real: RealMac) -> bool:
    file = real.folder / "try.pem"
    file.write_bytes(make("Try", ca=True).pem)
    try:
        done = real.security("add-trusted-cert", "-r", "trustRoot", "-p", "ssl", file)
        return done.returncode == 0 and real.security("remove-trusted-cert", file).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The stand-in, and the product looking at it."""
    if sys.platform != "linux":
        pytest.skip("of Linux: the stand-in for macOS")
    folder = tmp_path / "mac"
    folder.mkdir()
    machine = Machine(folder)
    monkeypatch.setenv("HOME", str(machine.home))
    monkeypatch.setattr(places, "SECURITY", machine.program)
    monkeypatch.setattr(places, "SYSTEM_KEYCHAIN", machine.system)
    monkeypatch.setattr(places, "ROOTS_KEYCHAIN", machine.roots)
    monkeypatch.setattr(places, "SYSTEM_MEMORY", folder / "memory/macos.system")
    family = {"macos.": discovery._FAMILIES["darwin"]["macos."]}
    monkeypatch.setattr(discovery, "_FAMILIES", {sys.platform: family})
    return machine


@pytest.fixture
def login(mac: Machine) -> KeychainStore:
    opened = discovery.open_store("macos.login")
    assert isinstance(opened, KeychainStore)
    return opened


@pytest.fixture
def system(mac: Machine) -> KeychainStore:
    opened = discovery.open_store("macos.system")
    assert isinstance(opened, KeychainStore)
    return opened


@pytest.fixture
def roots(mac: Machine) -> RootsStore:
    opened = discovery.open_store("macos.roots")
    assert isinstance(opened, RootsStore)
    return opened


@pytest.fixture
def root() -> Iterator[Made]:
    yield make("Mac Root", ca=True)


def state(store: KeychainStore) -> dict[str, tuple[str, int, str]]:
    """Everything the store may write, read as anybody can: an empty answer for nothing at all."""
    found: dict[str, tuple[str, int, str]] = {}
    for der in security_cli.certificates(store.keychain):
        found[f"held {trust_settings.key(der)}"] = ("certificate", 0, "")
    for name, record in security_cli.domain(store.place.flags).records.items():
        found[f"trust {name}"] = ("record", 0, repr(trust_settings.settings(record)))
    folder = store.changes.memory.folder
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        found[f"memory {path.name}"] = ("file", path.stat().st_mode & 0o777, "")
    return found

"""Questions of macOS that are declined, cannot be asked or are never answered; and damaged answers."""

from __future__ import annotations

import plistlib
import time
from typing import Any

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Origin,
    RefusedByUser,
    RightsMissing,
    StoreError,
    StoreUnavailable,
    Trust,
    UnsafeFile,
    WriteFailed,
)
from platform_backends.macos import KeychainStore, places, security_cli, trust_settings
from platform_backends.macos.trust_settings import NotTrustSettings
from tests.contract.store_contract import found
from tests.macos.machine import Machine, state
from tests.making import Made, make

MOODS = {
    "no-screen": (RightsMissing, "no screen session"),
    "cancel": (RefusedByUser, "cancelled"),
    "cancel-128": (RefusedByUser, "cancelled"),
    "denied": (RightsMissing, "no administrator, or the Mac is managed"),
    "locked": (WriteFailed, "locked"),
    "forgetful": (WriteFailed, "does not show the change"),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("mood", MOODS)
def test_a_refusal_is_told_and_nothing_is_half_done(
    mac: Machine, login: KeychainStore, root: Made, mood: str, language: str
) -> None:
    """The certificate goes into the keychain before macOS asks, and has to come out again."""
    login.add(make("Earlier", ca=True).der, SERVER_AUTH_ONLY)
    before = state(login)
    mac.set(mood=mood, language=language)
    kind, words = MOODS[mood]
    with pytest.raises(kind, match=words) as caught:
        login.add(root.der, SERVER_AUTH_ONLY)
    assert caught.value.next_step
    assert getattr(caught.value, "rolled_back", True)
    assert state(login) == before


@pytest.mark.parametrize("operation", ["remove", "distrust"])
def test_a_refused_removal_or_distrust_leaves_all_as_it_was(
    mac: Machine, login: KeychainStore, root: Made, operation: str
) -> None:
    login.add(root.der, SERVER_AUTH_ONLY)
    before = state(login)
    mac.set(mood="cancel")
    with pytest.raises(RefusedByUser):
        if operation == "remove":
            login.remove(root.sha256)
        else:
            login.set_trust(root.sha256, Trust.everything(Decision.DISTRUSTED))
    assert state(login) == before
    mac.set(mood="")
    assert login.remove(root.sha256) is True


def test_a_question_that_nobody_sees_ends(
    mac: Machine, login: KeychainStore, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_cli, "ASKING", 2.0)
    before = state(login)
    mac.set(mood="hang")
    with pytest.raises(WriteFailed, match="cannot be seen") as caught:
        login.add(root.der, SERVER_AUTH_ONLY)
    assert caught.value.rolled_back
    mac.set(mood="")
    assert state(login) == before


def test_reading_that_does_not_end_is_no_empty_store(
    mac: Machine, login: KeychainStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SECURITY", mac.folder / "sleeps")
    places.SECURITY.write_text("#!/bin/sh\nexec sleep 60\n")
    places.SECURITY.chmod(0o755)
    monkeypatch.setattr(security_cli.run, "__kwdefaults__", {"seconds": 0.3, "lock": None})
    with pytest.raises(StoreUnavailable, match="did not end"):
        login.entries()
    assert not login.availability().available


def test_what_cannot_be_taken_back_is_said_and_settled_later(
    mac: Machine, login: KeychainStore, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(login)
    mac.set(mood="cancel")

    def locked(*_: Any) -> None:
        raise WriteFailed("The keychain is locked.")

    with monkeypatch.context() as patched:
        patched.setattr(security_cli, "take", locked)
        with pytest.raises(WriteFailed, match="half done") as caught:
            login.add(root.der, SERVER_AUTH_ONLY)
    assert not caught.value.rolled_back
    (entry,) = found(login, root)
    assert (entry.trust, entry.origin) == (Trust(), Origin.USER)
    assert login.settle() is True  # asks nobody: no trust was recorded
    assert login.settle() is False
    assert state(login) == before


def test_only_root_writes_to_the_system_keychain(
    mac: Machine, system: KeychainStore, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform_backends.macos.store._is_root", lambda: False)
    assert system.privilege.value == "administrator"
    before = len(mac.log()) if (mac.folder / "log").exists() else 0
    with pytest.raises(RightsMissing, match="Only root"):
        system.add(root.der, SERVER_AUTH_ONLY)
    monkeypatch.setattr("platform_backends.macos.store._is_root", lambda: True)
    mac.set(root=False)  # as where another rule of the system forbids it
    with pytest.raises(RightsMissing, match="may not write to that keychain"):
        system.add(root.der, SERVER_AUTH_ONLY)
    assert state(system) == {}
    assert len(mac.log()) > before


def test_without_security_or_keychain_it_cannot_tell(
    mac: Machine, login: KeychainStore, root: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac.login.unlink()
    assert not login.availability().available
    for attempt in (login.entries, lambda: login.add(root.der, SERVER_AUTH_ONLY)):
        with pytest.raises(StoreUnavailable):
            attempt()
    monkeypatch.setattr(places, "SECURITY", mac.folder / "none")
    assert not login.availability().available
    with pytest.raises(StoreUnavailable, match="cannot be started"):
        login.entries()


def test_a_damaged_domain_is_no_empty_one(mac: Machine, login: KeychainStore, root: Made) -> None:
    mac.hold(mac.login, root)
    (mac.folder / "user.plist").write_bytes(b"<plist>nonsense")
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        login.entries()
    with pytest.raises(StoreUnavailable):
        login.set_trust(root.sha256, SERVER_AUTH_ONLY)


def test_a_damaged_memory_is_said(mac: Machine, login: KeychainStore, root: Made) -> None:
    login.add(root.der, SERVER_AUTH_ONLY)
    (path,) = login.changes.memory.folder.iterdir()
    path.write_bytes(b"damaged")
    with pytest.raises(StoreUnavailable, match="remembers its changes"):
        login.entries()


def test_a_memory_that_others_can_write_is_not_used(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    folder = login.changes.memory.folder
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    with pytest.raises(UnsafeFile):
        login.add(root.der, SERVER_AUTH_ONLY)
    assert found(login, root) == []


def test_too_much_output_ends(
    mac: Machine, login: KeychainStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_cli, "_LIMIT", 100)
    mac.hold(mac.login, make(ca=True))
    with pytest.raises(StoreUnavailable, match="too much"):
        login.entries()


def _list(records: object, version: object = 1) -> bytes:
    return plistlib.dumps({"trustVersion": version, "trustList": records})


NAME = "A" * 40
HOSTILE = {
    "empty": b"",
    "noise": bytes(range(256)),
    "text": b"<?xml version='1.0'?><plist><string>x</string></plist>",
    "an array": plistlib.dumps([1]),
    "another version": _list({}, 2),
    "no list": _list([]),
    "a short name": _list({"AB": {}}),
    "a lower-case name": _list({"a" * 40: {}}),
    "a record that is none": _list({NAME: "x"}),
    "settings that are none": _list({NAME: {"trustSettings": {"a": 1}}}),
    "a setting that is none": _list({NAME: {"trustSettings": ["x"]}}),
    "a result that is none": _list({NAME: {"trustSettings": [{"kSecTrustSettingsResult": "1"}]}}),
    "entities": b"<?xml version='1.0'?><!DOCTYPE p [<!ENTITY a 'aa'>]><plist><dict><key>&a;</key></dict></plist>",
    "deep": b"<plist>" + b"<array>" * 100_000 + b"</array>" * 100_000 + b"</plist>",
    "a binary bomb": b"bplist00" + b"\xff" * 200,
    "too large": b"<plist>" + b" " * (trust_settings.LIMIT + 1),
    "too many": _list({f"{n:040X}": {} for n in range(20_001)}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_property_lists_are_refused(name: str) -> None:
    with pytest.raises(NotTrustSettings):
        trust_settings.parse(HOSTILE[name])


@pytest.mark.parametrize("bad", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA", b"\xff" * 9999])
def test_lists_of_keychains_are_read_with_care(bad: bytes) -> None:
    assert list(security_cli._listed(bad)) == []


def test_a_certificate_beside_another_hash_is_not_believed(root: Made) -> None:
    told = b"SHA-256 hash: " + b"A" * 64 + b"\nSHA-1 hash: " + b"B" * 40 + b"\n"
    with pytest.raises(StoreUnavailable, match="the hash beside it"):
        list(security_cli._listed(told + root.pem))


def test_reading_asks_nobody(mac: Machine, login: KeychainStore, system: KeychainStore) -> None:
    mac.set(mood="hang")  # of whatever writes trust
    began = time.monotonic()
    for store in (login, system):
        store.availability()
        store.entries()
    asked = {words[0] for words in mac.log()}
    assert asked == {"find-certificate", "trust-settings-export", "user-trust-settings-enable"}
    assert time.monotonic() - began < security_cli.READING


def test_every_error_has_a_next_step(mac: Machine) -> None:
    from platform_backends.macos import failures

    for status in failures.Status:
        error = failures.failure(status, failures.Said(1, b"", "f: words."), "record the trust")
        assert isinstance(error, StoreError)
        assert error.sentence.endswith(".")
        assert error.next_step

"""What is recorded, what is read, what is kept of other people's settings, and what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Operation,
    Origin,
    Purpose,
    Trust,
    TrustNotSupported,
)
from platform_backends.macos import KeychainStore, RootsStore, trust_settings
from tests.contract.store_contract import found
from tests.macos.machine import Machine, state
from tests.making import Made, make

EVERYTHING = Trust.everything(Decision.TRUSTED)
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


def recorded(mac: Machine, domain: str, made: Made) -> list[dict[str, Any]]:
    record = mac.domain(domain).of(made.der)
    assert record is not None
    return list(record["trustSettings"])


def policies(mac: Machine, domain: str, made: Made) -> list[str]:
    return [s.get("kSecTrustSettingsPolicyName", "any") for s in recorded(mac, domain, made)]


def file_of(mac: Machine, made: Made) -> Path:
    path = mac.folder / f"{made.sha256}.pem"
    path.write_bytes(made.pem)
    return path


def theirs(mac: Machine, made: Made, *words: str | Path) -> None:
    """Somebody else runs add-trusted-cert."""
    done = mac.security("add-trusted-cert", *words, "-k", mac.login, file_of(mac, made))
    assert done.returncode == 0, done.stderr


def test_trust_is_for_tls_alone_and_the_whole_command_says_so(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    login.add(root.der, SERVER_AUTH_ONLY)
    assert policies(mac, "user", root) == ["sslServer", "basicX509"]
    (command,) = [words for words in mac.log() if words[0] == "add-trusted-cert"]
    middle = ["-r", "trustRoot", "-p", "ssl", "-p", "basic", "-k", str(mac.login)]
    assert command[1:-1] == middle


def test_a_leaf_is_trusted_as_a_root(mac: Machine, login: KeychainStore, root: Made) -> None:
    leaf = make("leaf.example", root)
    assert login.add(leaf.der, SERVER_AUTH_ONLY) is True
    assert found(login, leaf)[0].trust == SERVER_AUTH_ONLY
    assert {s["kSecTrustSettingsResult"] for s in recorded(mac, "user", leaf)} == {2}
    with_everything = make("other.example", root)
    login.add(with_everything.der, EVERYTHING)
    assert found(login, with_everything)[0].trust == EVERYTHING


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), EVERYTHING),
        (("-r", "trustRoot"), EVERYTHING),
        (("-r", "deny"), DISTRUSTED),
        (("-r", "unspecified"), Trust()),
        (("-p", "ssl"), SERVER_AUTH_ONLY),
        (("-p", "basic"), Trust()),
        (("-p", "eap"), Trust()),
        (("-p", "smime", "-p", "codeSign"), Trust(email=Decision.TRUSTED, code_signing=Decision.TRUSTED)),
        (("-r", "deny", "-p", "ssl"), Trust(server_auth=Decision.DISTRUSTED)),
        (("-p", "ssl", "-s", "intranet.example"), Trust()),  # one host is not every host
        (("-s", "intranet.example"), EVERYTHING),  # without -p macOS drops the host
        (("-p", "ssl", "-e", "certExpired"), SERVER_AUTH_ONLY),
        (("-p", "ssl", "-u", "2"), Trust()),  # one use of the key is not every use
    ],
)  # fmt: skip
def test_what_others_recorded_is_read(
    mac: Machine, login: KeychainStore, root: Made, words: tuple[str, ...], expected: Trust
) -> None:
    theirs(mac, root, *words)
    (entry,) = found(login, root)
    assert entry.trust == expected
    assert entry.origin is Origin.USER


def test_presence_is_no_trust(mac: Machine, login: KeychainStore, root: Made) -> None:
    mac.hold(mac.login, root)
    assert found(login, root)[0].trust == Trust()


def test_a_root_that_is_trusted_as_no_root_is_not_trusted(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    """`-r trustRoot` without a policy passes for a leaf, and macOS then ignores it."""
    leaf = make("leaf.example", root)
    theirs(mac, leaf, "-r", "trustRoot")
    assert recorded(mac, "user", leaf) == [{}]
    assert found(login, leaf)[0].trust == Trust()


def test_single_hosts_and_other_policies_are_kept(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    theirs(mac, root, "-p", "ssl", "-s", "one.example", "-p", "eap")
    host = recorded(mac, "user", root)
    assert login.set_trust(root.sha256, SERVER_AUTH_ONLY) is True
    assert recorded(mac, "user", root)[: len(host)] == host
    assert found(login, root)[0].trust == SERVER_AUTH_ONLY
    assert trust_settings.hosts(mac.domain("user").of(root.der) or {}) == ("one.example",)
    assert "trust-settings-import" in [words[0] for words in mac.log()]


def test_what_does_not_change_stays_as_it_was(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    theirs(mac, root, "-p", "ssl", "-p", "basic", "-e", "certExpired")
    before = recorded(mac, "user", root)
    wanted = Trust(server_auth=Decision.TRUSTED, email=Decision.TRUSTED)
    assert login.set_trust(root.sha256, wanted) is True
    assert recorded(mac, "user", root)[:2] == before
    assert found(login, root)[0].trust == wanted
    assert login.set_trust(root.sha256, Trust(email=Decision.TRUSTED)) is True
    (left,) = recorded(mac, "user", root)
    assert left["kSecTrustSettingsPolicy"].endswith(b"\x08")


def test_narrowing_what_was_trusted_for_everything(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    theirs(mac, root)
    assert login.set_trust(root.sha256, SERVER_AUTH_ONLY) is True
    assert policies(mac, "user", root) == ["sslServer", "basicX509"]
    assert login.set_trust(root.sha256, EVERYTHING) is True
    assert found(login, root)[0].trust == EVERYTHING


def test_trust_of_two_kinds_in_one_record(mac: Machine, login: KeychainStore, root: Made) -> None:
    login.add(root.der, SERVER_AUTH_ONLY)
    wanted = Trust(server_auth=Decision.TRUSTED, email=Decision.DISTRUSTED)
    assert login.set_trust(root.sha256, wanted) is True
    assert login.set_trust(root.sha256, wanted) is False
    assert found(login, root)[0].trust == wanted


def test_other_records_stay_when_the_whole_domain_is_written(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    other = make("Other", ca=True)
    theirs(mac, other, "-p", "ssl", "-s", "one.example")
    before = mac.domain("user").of(other.der)
    login.add(root.der, SERVER_AUTH_ONLY)
    login.set_trust(root.sha256, Trust(server_auth=Decision.TRUSTED, email=Decision.DISTRUSTED))
    assert mac.domain("user").of(other.der) == before


def test_the_exact_settings_of_before_come_back(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    """Of another program: distrusted, then trusted again; removed with force, then added again."""
    theirs(mac, root, "-p", "ssl", "-s", "one.example", "-e", "certExpired", "-p", "smime")
    before, trust = state(login), found(login, root)[0].trust
    login.set_trust(root.sha256, DISTRUSTED)
    assert found(login, root)[0].trust == DISTRUSTED
    login.set_trust(root.sha256, trust)
    assert state(login) == before
    assert login.remove(root.sha256, force=True) is True
    assert mac.domain("user").of(root.der) is None
    assert login.add(root.der, trust) is True  # the trust of no server, which nobody could ask for
    assert state(login) == before
    assert found(login, root)[0].origin is Origin.USER


def test_what_somebody_did_since_is_not_undone(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    theirs(mac, root, "-p", "ssl", "-s", "one.example")
    login.set_trust(root.sha256, DISTRUSTED)
    theirs(mac, root, "-p", "smime")
    login.set_trust(root.sha256, Trust())
    assert mac.domain("user").of(root.der) is None


def test_a_record_without_its_certificate_is_kept_through_our_coming_and_going(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    theirs(mac, root, "-p", "eap")
    mac.hold(mac.login)  # the certificate is gone, the record is not
    before = state(login)
    assert found(login, root) == []
    assert login.add(root.der, SERVER_AUTH_ONLY) is True
    assert policies(mac, "user", root) == ["eapServer", "sslServer", "basicX509"]
    assert login.remove(root.sha256) is True
    assert state(login) == before


def test_what_lies_in_another_keychain_is_listed_where_it_is_decided(
    mac: Machine, login: KeychainStore, system: KeychainStore, root: Made
) -> None:
    mac.hold(mac.system, root)
    assert mac.security("add-trusted-cert", "-r", "deny", file_of(mac, root)).returncode == 0
    assert found(login, root)[0].trust == DISTRUSTED
    assert found(system, root)[0].trust == Trust()
    assert login.remove(root.sha256, force=True) is True
    assert found(login, root) == []
    assert len(found(system, root)) == 1


def test_the_administrators_settings_win_and_that_is_said(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    words = ("add-trusted-cert", "-d", "-r", "deny", "-k", mac.system, file_of(mac, root))
    assert mac.security(*words).returncode == 0
    assert "distrusted, and they win" in " ".join(login.preview(Operation.ADD, root.der))
    assert login.availability().reason == ""
    login.add(root.der, SERVER_AUTH_ONLY)
    found_now = login.availability()
    assert found_now.available
    assert "follows the administrator's" in found_now.reason


def test_settings_of_users_may_be_switched_off(mac: Machine, login: KeychainStore) -> None:
    mac.set(user_settings="Disabled")
    assert login.availability().available
    assert "switched off" in login.availability().reason


@pytest.mark.parametrize("purpose", [Purpose.CLIENT_AUTH])
def test_tls_clients_alone_cannot_be_told(
    login: KeychainStore, root: Made, purpose: Purpose
) -> None:
    with pytest.raises(TrustNotSupported):
        login.add(root.der, Trust.for_purposes([purpose]))


class TestRoots:
    def test_apples_list_is_read_and_not_changed(
        self, mac: Machine, roots: RootsStore, root: Made
    ) -> None:
        mac.ship(root)
        (entry,) = roots.entries()
        assert (entry.trust, entry.origin) == (EVERYTHING, Origin.VENDOR)
        with pytest.raises(TrustNotSupported):
            roots.add(make(ca=True).der, EVERYTHING)
        with pytest.raises(TrustNotSupported, match="Distrust it instead"):
            roots.remove(root.sha256, force=True)
        with pytest.raises(TrustNotSupported):
            roots.effective_trust(SERVER_AUTH_ONLY)

    def test_one_of_them_is_distrusted_and_trusted_again(
        self, mac: Machine, roots: RootsStore, login: KeychainStore, root: Made
    ) -> None:
        mac.ship(root)
        before = state(login)
        assert roots.set_trust(root.sha256, DISTRUSTED) is True
        assert roots.set_trust(root.sha256, DISTRUSTED) is False
        assert roots.entries()[0].trust == DISTRUSTED
        assert mac.domain("user").of(root.der) is not None
        assert found(login, root) == []  # it lies in no keychain of the user's
        assert roots.set_trust(root.sha256, EVERYTHING) is True
        assert roots.entries()[0].trust == EVERYTHING
        assert state(login) == before

    def test_the_administrator_is_asked_first(
        self, mac: Machine, roots: RootsStore, root: Made
    ) -> None:
        mac.ship(root)
        file = file_of(mac, root)
        assert mac.security("add-trusted-cert", "-p", "ssl", "-r", "deny", file).returncode == 0
        assert roots.entries()[0].trust.server_auth is Decision.DISTRUSTED
        assert roots.entries()[0].trust.email is Decision.TRUSTED
        assert mac.security("add-trusted-cert", "-d", file).returncode == 0
        assert roots.entries()[0].trust == EVERYTHING

"""Trust for one host alone: what is recorded, what is read, and how it stands beside the rest of a record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    Entry,
    NotOurs,
    Operation,
    Origin,
    Scope,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
)
from platform_backends.discovery import all_stores, open_store
from platform_backends.macos import HostStore, KeychainStore, security_cli
from tests.clients.serving import tls_server
from tests.contract.store_contract import found
from tests.macos.machine import Machine, RealMac, state
from tests.macos.test_client import ask, asked
from tests.macos.test_trust import EVERYTHING, policies, recorded, theirs
from tests.making import Made, chain, make
from trustmgr.engine import Engine

__all__ = ["asked"]
HOST = "intranet.example"
DENIED = Trust(server_auth=Decision.DISTRUSTED)


@pytest.fixture
def one(mac: Machine) -> HostStore:
    return host_store()


@pytest.fixture
def one_here(anywhere: Machine | RealMac) -> HostStore:
    return host_store()


def host_store(host: str = HOST, kind: str = "macos.login") -> HostStore:
    opened = open_store(f"{kind}@{host}")
    assert isinstance(opened, HostStore)
    return opened


def of_hosts() -> dict[str, list[Entry]]:
    return {s.id: list(s.entries()) for s in all_stores() if isinstance(s, HostStore)}


def test_the_command_names_the_policy_and_the_host(
    mac: Machine, one: HostStore, login: KeychainStore, root: Made
) -> None:
    assert one.add(root.der, SERVER_AUTH_ONLY) is True
    (command,) = [words for words in mac.log() if words[0] == "add-trusted-cert"]
    assert command[1:-1] == ["-r", "trustRoot", "-p", "ssl", "-s", HOST, "-k", str(mac.login)]
    (setting,) = recorded(mac, "user", root)
    assert setting["kSecTrustSettingsPolicyString"] == HOST
    assert setting["kSecTrustSettingsPolicyName"] == "sslServer"
    assert found(login, root) == []  # in general it is nothing
    assert of_hosts() == {one.id: found(one, root)}


def test_who_heeds_it_is_said(mac: Machine, one: HostStore) -> None:
    assert one.scope is Scope.TOOL
    assert "Only Safari" in one.availability().reason
    assert "Chrome, Firefox and others ignore it" in one.availability().reason
    assert "macos.login" in one.availability().fix
    assert f"for {HOST} alone" in one.title


def test_a_leaf_of_somebody_else(mac: Machine, one: HostStore, root: Made) -> None:
    leaf = make(HOST, root)
    assert one.add(leaf.der, EVERYTHING) is True  # all that a host can be trusted for
    (setting,) = recorded(mac, "user", leaf)
    assert setting["kSecTrustSettingsResult"] == 2
    assert found(one, leaf)[0].trust == SERVER_AUTH_ONLY


#: What others have said of the certificate before, as words of add-trusted-cert.
OTHERS = {
    "nothing": (),
    "everything": ("-r", "trustRoot"),
    "mail": ("-p", "smime"),
    "two policies, another host": ("-p", "ssl", "-p", "eap", "-s", "other.example"),
    "denied for servers": ("-p", "ssl", "-r", "deny"),
    "an allowed error": ("-p", "ssl", "-p", "basic", "-e", "certExpired"),
}


@pytest.mark.parametrize("before", OTHERS)
def test_what_others_said_stays_and_comes_back_exactly(
    mac: Machine, one: HostStore, login: KeychainStore, root: Made, before: str
) -> None:
    if before == "nothing":
        mac.hold(mac.login, root)
    else:
        theirs(mac, root, *OTHERS[before])
    said = recorded(mac, "user", root) if before != "nothing" else []
    was, general = state(login), found(login, root)[0].trust
    assert one.add(root.der, SERVER_AUTH_ONLY) is True
    assert recorded(mac, "user", root)[1:] == said
    assert found(one, root)[0].trust == SERVER_AUTH_ONLY
    assert found(one, root)[0].origin is Origin.THIS_PROGRAM
    (entry,) = found(login, root)
    assert (entry.trust, entry.origin) == (general, Origin.USER)
    assert one.remove(root.sha256) is True
    assert state(login) == was


@pytest.mark.parametrize("order", ["+L+A-L-A", "+A+L-A-L", "+L+A+B-L-B-A", "+A+B+L-L-A-B"])
def test_in_general_and_for_hosts_come_and_go_in_any_order(
    mac: Machine, login: KeychainStore, root: Made, order: str
) -> None:
    stores = {"L": login, "A": host_store("a.example"), "B": host_store("b.example")}
    theirs(mac, root, "-p", "eap")
    mac.hold(mac.login)  # a record that somebody left without its certificate
    before, there = state(login), set[str]()
    for sign, name in zip(order[::2], order[1::2], strict=True):
        if sign == "+":
            assert stores[name].add(root.der, SERVER_AUTH_ONLY) is True
            there.add(name)
        else:
            assert stores[name].remove(root.sha256) is True
            there.remove(name)
        listed = {n: [e.trust for e in found(s, root)] for n, s in stores.items()}
        assert listed == {n: [SERVER_AUTH_ONLY] if n in there else [] for n in stores}
    assert {k: v for k, v in state(login).items() if not k.startswith("memory")} == before


def test_what_came_since_in_general_is_not_undone_with_the_host(
    mac: Machine, one: HostStore, login: KeychainStore, root: Made
) -> None:
    one.add(root.der, SERVER_AUTH_ONLY)
    login.add(root.der, SERVER_AUTH_ONLY)
    assert one.add(root.der, SERVER_AUTH_ONLY) is False  # not the way back of the other's change
    assert one.remove(root.sha256) is True
    assert policies(mac, "user", root) == ["sslServer", "basicX509"]
    theirs(mac, root, "-p", "smime")  # which replaces what was there
    one.add(root.der, SERVER_AUTH_ONLY)
    assert one.remove(root.sha256) is True
    assert policies(mac, "user", root) == ["SMIME"]


def test_one_host_is_distrusted_and_trusted_again(
    mac: Machine, one: HostStore, login: KeychainStore, root: Made
) -> None:
    login.add(root.der, SERVER_AUTH_ONLY)
    one.add(root.der, SERVER_AUTH_ONLY)
    before = recorded(mac, "user", root)
    assert one.set_trust(root.sha256, DENIED) is True
    assert found(one, root)[0].trust == DENIED
    assert found(login, root)[0].trust == SERVER_AUTH_ONLY
    assert one.set_trust(root.sha256, SERVER_AUTH_ONLY) is True
    assert recorded(mac, "user", root) == before
    with pytest.raises(TrustNotSupported):
        one.set_trust(root.sha256, Trust(email=Decision.TRUSTED))


def test_safaris_exceptions_are_read_and_kept_apart(
    mac: Machine, login: KeychainStore, root: Made
) -> None:
    """SetTrustedCertificateForSSLHost of Apple's sources: one setting for each error that it allows."""
    errors = ("-e", "certExpired", "-e", "hostnameMismatch")
    theirs(mac, root, "-p", "ssl", "-s", "Intranet.Example", "-s", "192.0.2.1", *errors)
    mail, denied = make("Mail", ca=True), make("Denied", ca=True)
    theirs(mac, mail, "-p", "smime", "-s", "someone@example.org")
    theirs(mac, denied, "-p", "ssl", "-s", "192.0.2.1", "-r", "deny")
    before = state(login)
    listed = {
        name: {e.sha256: (e.trust, e.origin) for e in entries}
        for name, entries in of_hosts().items()
    }
    trusted = (SERVER_AUTH_ONLY, Origin.USER)
    assert listed == {
        f"macos.login@{HOST}": {root.sha256: trusted},
        "macos.login@192.0.2.1": {root.sha256: trusted, denied.sha256: (DENIED, Origin.USER)},
    }
    for made in (root, mail, denied):  # trusted for one host is not trusted
        assert found(login, made)[0].trust == Trust()
    with pytest.raises(NotOurs):
        host_store().remove(root.sha256)
    assert state(login) == before
    assert host_store().remove(root.sha256, force=True) is True
    assert "192.0.2.1" in {s["kSecTrustSettingsPolicyString"] for s in recorded(mac, "user", root)}
    assert found(login, root)[0].origin is Origin.USER  # the certificate is theirs, and stays
    assert host_store().add(root.der, SERVER_AUTH_ONLY) is True
    assert state(login) == before


def test_those_of_the_administrator_are_read_too(mac: Machine, root: Made) -> None:
    file = mac.folder / "root.cer"
    file.write_bytes(root.der)
    words = ("add-trusted-cert", "-d", "-p", "ssl", "-s", HOST, "-k", mac.system, file)
    assert mac.security(*words).returncode == 0
    ((name, (entry,)),) = of_hosts().items()
    assert name == f"macos.system@{HOST}"
    assert (entry.trust, entry.origin) == (SERVER_AUTH_ONLY, Origin.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("words", "conflict"),
    [
        (("-r", "deny"), True),
        (("-p", "ssl", "-s", HOST, "-r", "deny"), True),
        (("-p", "ssl", "-s", "other.example", "-r", "deny"), False),
        (("-r", "trustRoot"), False),
    ],
)
def test_the_administrator_wins_for_the_host_too(
    mac: Machine, one: HostStore, root: Made, words: tuple[str, ...], conflict: bool
) -> None:
    file = mac.folder / "root.cer"
    file.write_bytes(root.der)
    assert mac.security("add-trusted-cert", "-d", *words, file).returncode == 0
    told = " ".join(one.preview(Operation.ADD, root.der))
    assert ("distrusted, and they win" in told) is conflict
    one.add(root.der, SERVER_AUTH_ONLY)
    assert ("follows the administrator's" in one.availability().reason) is conflict


@pytest.mark.parametrize(
    "host",
    ["", "h:443", "[::1]", "Host.Example", "*.example", "a b", "a/b", "x@y", "h.", "0::1", "-h"],
)
def test_what_is_no_host_is_refused(mac: Machine, host: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_store(f"macos.login@{host}")
    assert "no port" in caught.value.next_step


def test_macos_itself_tells_of_the_host(
    anywhere: Machine | RealMac, trust_can_change: None, one_here: HostStore, root: Made
) -> None:
    """As a user can look it up; we do not, since this list leaves out what lies in no keychain."""
    orphan = anywhere.folder / "orphan.cer"
    orphan.write_bytes(make("Orphan", ca=True).der)
    try:
        one_here.add(root.der, SERVER_AUTH_ONLY)
        words = ("add-trusted-cert", "-r", "trustRoot", "-p", "ssl", orphan)
        assert anywhere.security(*words).returncode == 0
        told = anywhere.security("dump-trust-settings").stdout
        ours = told.partition("Mac Root\n")[2].partition("\nCert ")[0]
        assert re.search(r"Number of trust settings : 1\n.*\n +Policy OID +: SSL\n", ours)
        assert re.search(rf"Policy String +: {HOST}\b", ours)
        assert "Orphan" not in told
        assert len(security_cli.domain(()).records) >= 2
        assert len(found(one_here, root)) == 1
    finally:
        one_here.remove(root.sha256)
        anywhere.security("remove-trusted-cert", orphan)


def test_nothing_is_run_but_these(
    mac: Machine, one: HostStore, login: KeychainStore, root: Made
) -> None:
    """No list for people is parsed, no right is opened, and nobody is elevated."""
    for store in (login, one):
        store.add(root.der, SERVER_AUTH_ONLY)
        store.availability()
        store.preview(Operation.ADD, root.der)
        store.set_trust(root.sha256, DENIED)
        store.remove(root.sha256)
    assert {words[0] for words in mac.log()} == {
        *("find-certificate", "trust-settings-export", "user-trust-settings-enable"),
        *("add-trusted-cert", "remove-trusted-cert", "delete-certificate"),
    }


def test_settings_that_cannot_be_read_are_nobodys_hosts(mac: Machine, root: Made) -> None:
    (mac.folder / "user.plist").write_bytes(b"<plist>nonsense")
    assert of_hosts() == {}
    with pytest.raises(StoreUnavailable):
        host_store().entries()


def test_macos_accepts_that_host_and_no_other(
    asked: Engine, one: HostStore, tmp_path: Path
) -> None:
    leaf, middle, root = chain("site.localhost", names=("site.localhost", "other.localhost"))
    host_store("site.localhost").add(root.der, SERVER_AUTH_ONLY)
    with tls_server(tmp_path, leaf, middle) as port:
        assert ask(asked, port).accepts is True
        assert ask(asked, port, "other.localhost").accepts is False

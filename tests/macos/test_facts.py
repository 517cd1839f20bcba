"""What the code takes for granted about `security`, one fact for each test: on a Mac of the real tool, elsewhere of
the stand-in. A test that fails on a Mac alone names a fact that is wrong; the stand-in has to be changed with the code.

Nothing here changes trust settings.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, Decision, Purpose, StoreUnavailable, Trust
from platform_backends.discovery import open_store
from platform_backends.macos import failures, places, security_cli, trust_settings
from platform_backends.macos.failures import Said, Status
from platform_backends.macos.options import options
from platform_backends.macos.trust_settings import Record
from tests.macos.machine import ON_A_MAC, Machine, RealMac
from tests.making import Made, chain, make
from trustmgr.clients import macos_trust
from trustmgr.clients.process import Ran

Mac = Machine | RealMac
EVERYTHING = Trust.everything(Decision.TRUSTED)
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


def laid_down(mac: Mac, made: Made) -> Path:
    path = mac.folder / f"{made.sha256}.cer"
    path.write_bytes(made.der)
    return path


@pytest.fixture
def held(anywhere: Mac, root: Made) -> Made:
    done = anywhere.security("add-certificates", "-k", anywhere.login, laid_down(anywhere, root))
    assert done.returncode == 0, done.stderr
    return root


def test_a_list_has_both_hashes_and_pem_of_64_columns(anywhere: Mac, held: Made) -> None:
    done = anywhere.security("find-certificate", "-a", "-Z", "-p", anywhere.login)
    lines = done.stdout.splitlines()
    assert lines[0] == f"SHA-256 hash: {held.sha256.upper()}"
    assert lines[1] == f"SHA-1 hash: {trust_settings.key(held.der)}"
    assert lines[2] == "-----BEGIN CERTIFICATE-----"
    assert len(lines[3]) == 64
    assert security_cli.certificates(anywhere.login) == (held.der,)


def test_an_empty_list_is_no_error_but_looking_for_one_is(anywhere: Mac) -> None:
    everything = anywhere.security("find-certificate", "-a", "-Z", "-p", anywhere.login)
    assert (everything.returncode, everything.stdout) == (0, "")
    one = anywhere.security("find-certificate", anywhere.login)
    assert one.returncode == Status.ITEM_NOT_FOUND & 0xFF == 44
    assert "SecKeychainSearchCopyNext" in one.stderr


def test_a_keychain_that_is_not_there_is_an_error(anywhere: Mac) -> None:
    with pytest.raises(StoreUnavailable):
        security_cli.certificates(anywhere.folder / "none.keychain")


def test_putting_it_in_twice_says_so(anywhere: Mac, held: Made) -> None:
    again = anywhere.security("add-certificates", "-k", anywhere.login, laid_down(anywhere, held))
    assert again.returncode == 1
    assert "already in" in again.stderr


@pytest.mark.parametrize("name", ["plain", "Größe 証明書", "quotes ' \" $(id)", "x" * 64])
def test_deleting_goes_by_sha_256(anywhere: Mac, name: str) -> None:
    made, other = make(name, ca=True), make(name, ca=True)
    for one in (made, other):
        anywhere.security("add-certificates", "-k", anywhere.login, laid_down(anywhere, one))
    words = ("delete-certificate", "-Z", made.sha256.upper(), anywhere.login)
    assert anywhere.security(*words).returncode == 0
    assert security_cli.certificates(anywhere.login) == (other.der,)
    again = anywhere.security(*words)
    assert again.returncode == 1
    assert "Unable to delete certificate matching" in again.stderr


def made_into_a_file(mac: Mac, made: Made, *words: str) -> tuple[Record, list[dict[str, Any]]]:
    """`-o` works on a file alone: no dialog, nothing installed."""
    out = mac.folder / "out.plist"
    done = mac.security("add-trusted-cert", *words, "-o", out, laid_down(mac, made))
    assert done.returncode == 0, done.stderr
    record = trust_settings.parse(out.read_bytes()).of(made.der)
    assert record is not None
    return record, list(record.get("trustSettings", []))


def test_a_record_has_issuer_serial_number_and_date(anywhere: Mac, root: Made) -> None:
    record, _ = made_into_a_file(anywhere, root, "-r", "trustRoot", "-p", "ssl")
    assert isinstance(record["issuerName"], bytes)
    assert int.from_bytes(record["serialNumber"], "big") == root.certificate.serial_number
    assert record["modDate"].year >= 2020


def test_each_policy_is_a_setting_without_the_usual_result(anywhere: Mac, root: Made) -> None:
    words = ("-r", "trustRoot", "-p", "ssl", "-p", "basic")
    record, settings = made_into_a_file(anywhere, root, *words)
    oids = [s["kSecTrustSettingsPolicy"] for s in settings]
    assert oids == [trust_settings._ARC + bytes([n]) for n in (3, 2)]
    assert all(s.get("kSecTrustSettingsResult", 1) == 1 for s in settings)
    assert trust_settings.trust(record, self_signed=True) == SERVER_AUTH_ONLY


def test_a_host_without_a_policy_is_dropped(anywhere: Mac, root: Made) -> None:
    record, _ = made_into_a_file(anywhere, root, "-s", "one.example")
    assert trust_settings.hosts(record) == ()
    assert trust_settings.trust(record, self_signed=True) == EVERYTHING
    record, _ = made_into_a_file(anywhere, root, "-p", "ssl", "-s", "one.example")
    assert trust_settings.hosts(record) == ("one.example",)
    assert trust_settings.trust(record, self_signed=True) == Trust()


@pytest.mark.parametrize(
    "wanted",
    [
        SERVER_AUTH_ONLY,
        EVERYTHING,
        DISTRUSTED,
        Trust.for_purposes([Purpose.EMAIL, Purpose.SERVER_AUTH, Purpose.CODE_SIGNING]),
        Trust(server_auth=Decision.DISTRUSTED),
    ],
)
@pytest.mark.parametrize("kind", ["root", "leaf"])
def test_our_words_record_what_we_expect(anywhere: Mac, kind: str, wanted: Trust) -> None:
    leaf, _, root = chain("leaf.example")
    made = {"root": root, "leaf": leaf}[kind]
    settings = trust_settings.wished(wanted, None, self_signed=kind == "root")
    assert settings is not None
    words = options(settings)
    assert words is not None
    record, _ = made_into_a_file(anywhere, made, *words)
    assert trust_settings.same(record, {"trustSettings": settings})
    assert trust_settings.trust(record, self_signed=kind == "root") == wanted


@pytest.mark.parametrize("wanted", [SERVER_AUTH_ONLY, Trust(server_auth=Decision.DISTRUSTED)])
@pytest.mark.parametrize("kind", ["root", "leaf"])
def test_our_words_for_one_host_record_it_and_nothing_else(
    anywhere: Mac, kind: str, wanted: Trust
) -> None:
    leaf, _, root = chain("leaf.example")
    made, rooted = {"root": root, "leaf": leaf}[kind], kind == "root"
    settings = trust_settings.wished(wanted, None, self_signed=rooted, host="one.example")
    assert settings is not None
    words = options(settings)
    assert words is not None
    record, recorded = made_into_a_file(anywhere, made, *words)
    assert len(recorded) == 1
    assert trust_settings.same(record, {"trustSettings": settings})
    assert trust_settings.trust(record, self_signed=rooted, host="one.example") == wanted
    assert trust_settings.trust(record, self_signed=rooted, host="other.example") == Trust()
    assert trust_settings.trust(record, self_signed=rooted) == Trust()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("leaf", ("-r", "trustRoot", "-p", "ssl")),
        ("root", ("-r", "trustAsRoot", "-p", "ssl")),
        ("leaf", ()),
    ],
)
def test_roots_and_others_take_different_results(
    anywhere: Mac, kind: str, words: tuple[str, ...]
) -> None:
    leaf, _, root = chain("leaf.example")
    file = laid_down(anywhere, {"root": root, "leaf": leaf}[kind])
    done = anywhere.security("add-trusted-cert", *words, "-o", anywhere.folder / "x.plist", file)
    assert done.returncode == 1
    assert "SecTrustSettingsSetTrustSettings" in done.stderr
    assert security_cli.status(Said(1, b"", done.stderr)) is Status.PARAM


def test_wrong_words_are_2_and_unreadable_files_are_1(anywhere: Mac, root: Made) -> None:
    file, out = laid_down(anywhere, root), anywhere.folder / "x.plist"
    assert anywhere.security("add-trusted-cert", "-r", "trustRoot").returncode == 2
    assert anywhere.security("add-trusted-cert", "-d", "-o", out, file).returncode == 2
    assert anywhere.security("add-trusted-cert", "-r", "nonsense", file).returncode == 2
    missing = anywhere.folder / "none.cer"
    assert anywhere.security("add-trusted-cert", "-o", out, missing).returncode == 1


def test_every_domain_is_read_without_asking(anywhere: Mac) -> None:
    """One of which nothing was ever changed fails with "No Trust Settings were found.", or gives an empty list."""
    for flags in ((), ("-d",), ("-s",)):
        assert security_cli.domain(flags).rest["trustVersion"] == 1


@pytest.mark.parametrize("status", [Status.NO_TRUST_SETTINGS, Status.CANCELED, Status.DENIED])
def test_an_error_is_described_in_the_users_language(anywhere: Mac, status: Status) -> None:
    done = anywhere.security("error", str(int(status)))
    assert done.returncode == 1
    assert re.fullmatch(rf"Error: 0x[0-9A-F]{{8}} {int(status)} .+\n", done.stdout)
    said = Said(1, b"", f"SecTrustSettingsSetTrustSettings: {security_cli._describe(status)}\n")
    assert security_cli.status(said) is status


def test_whether_settings_of_users_count_is_told(anywhere: Mac) -> None:
    done = anywhere.security("user-trust-settings-enable")
    assert re.fullmatch(r"User-level Trust Settings are (Enabled|Disabled)", done.stdout.strip())


def test_apples_roots_are_listed_when_named_and_in_no_other_search(anywhere: Mac) -> None:
    if isinstance(anywhere, Machine):
        anywhere.ship(make("One", ca=True), make("Two", ca=True))
    roots = open_store("macos.roots").entries()
    assert len(roots) > (100 if ON_A_MAC else 1)
    trusted = [e for e in roots if e.trust.server_auth is Decision.TRUSTED]
    assert len(trusted) > len(roots) / 2
    searched = set(security_cli.certificates())
    assert not searched & {entry.der for entry in roots[:50]}


@pytest.mark.parametrize(
    ("name", "anchored", "accepts"),
    [("site.example", True, True), ("other.example", True, False), ("site.example", False, False)],
)
def test_a_chain_is_judged(anywhere: Mac, name: str, anchored: bool, accepts: bool) -> None:
    leaf, middle, root = chain("site.example")
    words: list[str | Path] = ["-c", laid_down(anywhere, leaf), "-c", laid_down(anywhere, middle)]
    words += ["-r", laid_down(anywhere, root)] if anchored else []
    done = anywhere.security("verify-cert", *words, "-p", "ssl", "-n", name, "-L")
    assert done.returncode == (0 if accepts else 1), done.stderr
    answer, message = macos_trust._judge(Ran(done.returncode, done.stdout, done.stderr))
    assert answer is accepts
    assert message
    if not accepts:
        more = anywhere.security("verify-cert", *words, "-p", "ssl", "-n", name, "-L", "-v")
        why = macos_trust._because(Ran(1, more.stdout, more.stderr), "")
        assert "SSLHostname" in why if anchored else "AnchorTrusted" in why


def test_the_places_are_there(anywhere: Mac) -> None:
    for path in (places.SECURITY, places.SYSTEM_KEYCHAIN, places.ROOTS_KEYCHAIN):
        assert path.exists()
    assert places.login_keychain().exists()


def test_exit_codes_tell_statuses_apart() -> None:
    """Cut to eight bits no two of those that we know are equal, nor like the plain ones."""
    codes = [status & 0xFF for status in Status]
    assert len(set(codes)) == len(codes)
    assert not set(codes) & failures._PLAIN

"""Which stores each client reads here: a pure look at environment, settings and discovery."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import resources
from platform_backends import discovery
from platform_backends.base import Availability, Scope, Trust, TrustNotSupported
from platform_backends.discovery import open_store
from platform_backends.tool_settings import places, tool_named
from trustmgr import clients
from trustmgr.clients.places import Here
from trustmgr.clients.reading import PLACES, clients_named, stores_for

SYSTEM = "linux.ca-certificates"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
VARIABLES = [name for name in os.environ if "CERT" in name or "CA_" in name or "CAINFO" in name]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux: its stores")
#: How the system's stores are found, which most tests here replace.
ASKED = Here.__dict__["system"]


class Shared:
    """As much of a store as is asked here."""

    def __init__(self, identity: str, scope: Scope, available: bool = True) -> None:
        self.id, self.scope, self._there = identity, scope, available

    def availability(self) -> Availability:
        return Availability(self._there)

    def effective_trust(self, wanted: Trust) -> Trust:
        if self.scope is Scope.MACHINE and self.id.endswith(".roots"):
            raise TrustNotSupported("A vendor's list.")
        return wanted


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without settings, on a machine with one store of the system."""
    for variable in (*VARIABLES, "XDG_CONFIG_HOME", "XDG_DATA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(places, "SYSTEM", tmp_path / "etc")
    monkeypatch.setattr(Here, "system", (SYSTEM,))
    return tmp_path


def of(client: str) -> tuple[str, ...]:
    return stores_for(client, "git.corp.example", 8443)


EXPECTED = {
    "git": ("tool.git@git.corp.example:8443", "tool.git", SYSTEM),
    "curl": ("tool.curl", "tool.openssl", SYSTEM),
    "python": ("tool.openssl", SYSTEM),
    "openssl": ("tool.openssl", SYSTEM),
    "gnutls": (SYSTEM,),
    "wget": ("tool.wget", SYSTEM),
    "pip": ("tool.pip", "tool.requests"),
    "npm": ("tool.npm", "tool.node"),
    "node": ("tool.node",),
    "requests": ("tool.requests",),
    "docker": ("tool.docker@git.corp.example:8443", SYSTEM),
    "chromium": ("nss.user",),
}


@pytest.mark.parametrize(("client", "stores"), EXPECTED.items())
def test_narrowest_first(client: str, stores: tuple[str, ...]) -> None:
    assert of(client) == stores


def test_every_client_and_every_program_is_known() -> None:
    assert set(clients.everything()) <= set(PLACES)
    programs = resources.table("knowledge", "clients.toml")["client"]
    named = {identity for program in programs for identity in clients_named(program["name"])}
    assert named <= set(PLACES)
    assert clients_named("git") == ("git",)
    assert clients_named("Java") == ("java",)
    assert clients_named("Netscape") == ()
    assert of("netscape") == ()


def test_every_store_that_is_named_opens_here() -> None:
    for client in clients.everything():
        for store in of(client):
            if "@" not in store and store != SYSTEM:
                assert open_store(store).id == store


#: Client, variable -> what is left to it when the variable names a file of somebody else's.
HIDDEN = {
    ("git", "GIT_SSL_CAINFO"): (),
    ("pip", "PIP_CERT"): (),
    ("npm", "npm_config_cafile"): (),
    ("curl", "CURL_CA_BUNDLE"): ("tool.curl",),
    ("requests", "REQUESTS_CA_BUNDLE"): ("tool.requests",),
    ("node", "NODE_EXTRA_CA_CERTS"): ("tool.node",),
    ("java", "JAVA_TOOL_OPTIONS"): (),
}


@pytest.mark.parametrize(("client", "variable"), HIDDEN)
def test_a_variable_hides_what_comes_after(
    client: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    option = "-Djavax.net.ssl.trustStore=" if client == "java" else ""
    monkeypatch.setenv(variable, f"{option}/opt/company.pem")
    assert of(client) == HIDDEN[client, variable]


@pytest.mark.skipif(not Path(BUNDLE).exists(), reason="of Debian: its bundle")
def test_a_variable_that_names_the_system_means_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("GIT_SSL_CAINFO", "CURL_CA_BUNDLE", "PIP_CERT"):
        monkeypatch.setenv(variable, BUNDLE)
    assert of("git") == (SYSTEM,)
    assert of("pip") == (SYSTEM,)
    assert of("requests") == ("tool.requests", SYSTEM)


def test_a_variable_that_names_a_bundle_of_ours_means_its_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", str(places.bundles() / "requests" / "bundle.pem"))
    assert of("curl") == ("tool.curl", "tool.requests")


def test_a_setting_hides_what_it_replaces_and_not_what_it_adds_to(home: Path) -> None:
    (home / ".gitconfig").write_text("[http]\n\tsslCAInfo = /opt/company.pem\n")
    (home / ".wgetrc").write_text("ca_certificate = /opt/company.pem\n")
    assert of("git") == EXPECTED["git"][:-1]
    assert of("wget") == EXPECTED["wget"]
    assert tool_named("git").replaces is not tool_named("wget").replaces


@pytest.mark.skipif(
    not any(Path("/etc/ssl/certs").glob("*.0")), reason="of Debian: its folder of hash links"
)
def test_one_variable_of_openssl_replaces_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/opt/company.pem")
    assert of("python") == EXPECTED["python"]
    monkeypatch.setenv("SSL_CERT_DIR", "/opt/company")
    assert of("python") == ("tool.openssl",)
    monkeypatch.setenv("SSL_CERT_DIR", "/opt/company:/etc/ssl/certs")
    assert of("python") == EXPECTED["python"]
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_DIR", "/opt/company")
    assert of("python") == EXPECTED["python"]


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    assert stores_for("git", "::1", 443)[0] == "tool.git@[::1]:443"


def test_firefox_reads_the_profile_that_it_opens(home: Path) -> None:
    assert of("firefox") == tuple(
        s for s in ("firefox.policies",) if open_store(s).availability().available
    )
    profile = home / ".mozilla/firefox/abcd.default-esr"
    profile.mkdir(parents=True)
    text = "[Profile0]\nName=default\nIsRelative=1\nPath=abcd.default-esr\nDefault=1\n"
    (profile.parent / "profiles.ini").write_text(text)
    assert of("firefox")[0] == "nss.firefox.abcd.default-esr"


def test_the_systems_store_is_whatever_discovery_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = (
        Shared("linux.ca-certificates", Scope.MACHINE, available=False),
        Shared("linux.p11-kit", Scope.MACHINE),
        Shared("macos.roots", Scope.MACHINE),
        Shared("some.user", Scope.USER),
        Shared("tool.git", Scope.TOOL),
    )
    monkeypatch.setattr(Here, "system", ASKED)
    monkeypatch.setattr(discovery, "all_stores", lambda: stores)
    assert Here({}).system == ("some.user", "linux.p11-kit")

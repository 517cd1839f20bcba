"""Every client of this machine visits every site of the lab: was it predicted, and is it explained?

A client that is not installed is skipped with its name. Browsers and Java are started once for all sites.
What is predicted was seen on Debian 12, and is held against what clients do there; what they print
is explained on every Linux.
"""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.real.chromium import CHROMIUM
from tests.real.firefox import FIREFOX
from tests.real.java import JAVA
from tests.real.programs import PROGRAMS
from tests.real.said import Client, Place, Said
from trustmgr.engine import Engine, InspectOptions
from trustmgr.explain import explain
from trustmgr.lab import Lab, Site
from trustmgr.probe.targets import parse_target
from trustmgr.report import Prediction

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"),
    reason="of Linux: other systems have other builds of these clients",
)

CLIENTS = (*PROGRAMS, JAVA, CHROMIUM, FIREFOX)

Predicted = Mapping[str, Mapping[str, Prediction]]

#: Sites that Firefox would wait for until its patience ends say nothing new after the first.
LEFT_OUT = {"firefox": {"smtp-starttls", "pop3-starttls", "ftp-starttls"}}
#: (client, site) -> why its output holds no word about the cause.
SILENT = {
    ("firefox", "critical-extension"): "before version 153 it has no name for this error",
    ("openssl", "never-answers"): "it was stopped while it waited",
    ("gnutls", "never-answers"): "it was stopped while it waited",
    ("git", "never-answers"): "it was stopped while it waited",
    ("wget", "client-certificate"): "with TLS 1.3 the refusal comes after its handshake",
}
#: What is left of a cause for a client that speaks HTTPS: a port of another protocol waits, or answers
#: with something else, and a log-in page in the way is no site of this name.
SEEN_AS = {
    "starttls-required": {"not-tls", "timeout", "connection-reset"},
    "captive-portal": {"not-tls", "untrusted-root", "name-mismatch"},
}
#: (client, site) -> why builds of this client differ, so that neither answer is wrong.
BUILDS = {
    ("node", "rsa-1024"): "Debian's own uses the system's OpenSSL and its security level 2",
}
_ON_DEBIAN_12 = (
    sys.platform.startswith("linux")
    and platform.freedesktop_os_release().get("VERSION_CODENAME") == "bookworm"
)
#: Clients with one sentence for every fault of a certificate: it must be among all causes.
ONE_SENTENCE = {"git", "chrome", "wget"}


@pytest.fixture(scope="module")
def predicted(lab: Lab) -> Predicted:
    """What every client is expected to do at every site."""
    options = InspectOptions(roots=(lab.ca_file,), timeout=2.0)
    return {
        site.name: Engine().inspect(parse_target(site.target), options).clients
        for site in lab.sites.values()
    }


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.id)
def test_predicted_and_explained(
    client: Client, lab: Lab, predicted: Predicted, tmp_path: Path
) -> None:
    for program in client.programs:
        if shutil.which(program) is None:
            pytest.skip(f"extra program: {program}")
    left_out = LEFT_OUT.get(client.id, set())
    sites = [site for site in lab.sites.values() if site.name not in left_out]
    said = client.visit(Place(lab, tmp_path), sites)
    wrong = [
        f"{site.name}: {words}: {said[site.name].output[-400:]}"
        for site in sites
        for words in _wrong(client.id, site, said[site.name], predicted[site.name][client.id])
    ]
    assert not wrong, "\n".join(wrong)


def _wrong(client: str, site: Site, said: Said, predicted: Prediction) -> Iterator[str]:
    held = _ON_DEBIAN_12 and (client, site.name) not in BUILDS
    if held and predicted.accepts not in (None, said.accepted):
        yield f"{predicted} is wrong"
    causes = [cause.cause for cause in explain(said.output).causes]
    if said.accepted:
        if causes:
            yield f"accepted, but explained as {causes[:3]}"
        return
    meant = site.causes.union(*(SEEN_AS.get(cause, ()) for cause in site.causes))
    explained = set(causes if client in ONE_SENTENCE else causes[:3])
    if meant and not meant & explained and (client, site.name) not in SILENT:
        yield f"{sorted(meant)} is not in {causes[:4]}"

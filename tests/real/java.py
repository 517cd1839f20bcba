"""Java: one virtual machine for all sites, as starting one takes longer than asking them all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.real.said import LOOPBACK, PATIENCE, Client, Place, Said, run
from trustmgr.lab import Site

_SOURCE = Path(__file__).parents[2] / "resources" / "clients" / "Visit.java"


def _visit(place: Place, sites: Sequence[Site]) -> dict[str, Said]:
    hosts = place.home / "hosts"
    hosts.write_text("".join(f"{LOOPBACK} {site.host}\n" for site in sites))
    store = str(place.home / "cacerts.p12")
    trust = ["keytool", "-importcert", "-noprompt", "-alias", "lab", "-file", place.ca_file]
    code, output = run([*trust, "-keystore", store, "-storepass", "changeit"], place)
    assert code == 0, output
    settings = {
        "javax.net.ssl.trustStore": store,
        "javax.net.ssl.trustStorePassword": "changeit",
        "jdk.net.hosts.file": str(hosts),
        "patience": str(1000 * PATIENCE),
    }
    words = ["java", *(f"-D{key}={value}" for key, value in settings.items()), str(_SOURCE)]
    addresses = [f"https://{site.host}:{site.port}/" for site in sites]
    _, output = run([*words, *addresses], place, seconds=90)
    parts = re.split(r"^=== (\d+) ", output, flags=re.MULTILINE)[1:]
    said = {int(number): text.strip() for number, text in zip(parts[::2], parts[1::2], strict=True)}
    assert len(said) == len(sites), output
    return {
        site.name: Said(said[number].startswith("OK "), said[number])
        for number, site in enumerate(sites)
    }


JAVA = Client("java", ("java", "keytool"), _visit)

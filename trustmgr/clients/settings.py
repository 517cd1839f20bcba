"""Variables that make programs read another store than the system's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trustmgr.clients.base import of_system
from trustmgr.text import inert

#: Variable -> who reads it instead of the system's store.
REPLACING = {
    "SSL_CERT_FILE": "OpenSSL, Python, curl and others",
    "SSL_CERT_DIR": "OpenSSL, Python, curl and others",
    "CURL_CA_BUNDLE": "curl and Python's requests",
    "REQUESTS_CA_BUNDLE": "Python's requests and pip",
    "PIP_CERT": "pip",
    "GIT_SSL_CAINFO": "git",
    "AWS_CA_BUNDLE": "the AWS command line",
}


def elsewhere(environment: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each variable that leads away from the system's store."""
    for variable, programs in REPLACING.items():
        place = environment.get(variable)
        if place and not of_system(place):
            yield (
                f"{variable} is set to {inert(place)}: {programs} may read that instead of the "
                "system's store; `trustmgr verify` shows it."
            )

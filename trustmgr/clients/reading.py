"""Which stores a client reads on this machine: where an import makes it accept, the narrowest first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache

import resources
from trustmgr.clients.places import (
    ForHost,
    ForSite,
    Here,
    Named,
    OpenSsl,
    Own,
    Place,
    Setting,
    System,
    Truststore,
    Variable,
)

_ELSEWHERE = System(only=("windows.", "macos."))
_APPLE = (ForHost("macos.login"), System(only=("macos.",)))

#: Client -> where it looks on Linux (what differs elsewhere is in `reading_elsewhere`), in its own order: what counts first serves the fewest. The sources are in
#: the client's file; the tests hold each pair of a client and a store against the real program.
PLACES: Mapping[str, tuple[Place, ...]] = {
    "python": (OpenSsl(), System()),
    "curl": (Setting("curl"), Variable("CURL_CA_BUNDLE"), OpenSsl(), System()),
    "openssl": (OpenSsl(), System()),
    "gnutls": (System(),),
    "git": (Variable("GIT_SSL_CAINFO"), ForSite("git"), Setting("git"), System()),
    "wget": (Setting("wget"), System()),
    "pip": (
        Variable("PIP_CERT"),
        Setting("pip"),
        Setting("requests"),
        Variable("CURL_CA_BUNDLE"),
        Truststore(),
    ),
    "npm": (
        Variable("npm_config_cafile"),
        Variable("NPM_CONFIG_CAFILE"),
        Setting("npm"),
        Setting("node"),
    ),
    "node": (Setting("node"),),
    "requests": (Setting("requests"), Variable("CURL_CA_BUNDLE")),
    "httpx": (Setting("openssl"), Variable("SSL_CERT_DIR")),
    "go": (OpenSsl(), System()),
    "cargo": (Variable("CARGO_HTTP_CAINFO"), Setting("cargo"), OpenSsl(), System()),
    "aws": (Variable("AWS_CA_BUNDLE"), Setting("aws"), Setting("requests")),
    "java": (Own("java"),),
    "chromium": (Own("chromium"), _ELSEWHERE),
    "firefox": (Own("firefox"), Named("firefox.policies"), _ELSEWHERE),
    # Not tried here. Docker Engine's documentation, "Verify repository client with certificates";
    # Microsoft Learn, "Cross-platform cryptography in .NET", "X509Store"; what the two systems bring.
    "docker": (ForSite("docker"), System()),
    "dotnet": (OpenSsl(), System()),
    "windows": (System(only=("windows.",)),),
    "macos.trust": _APPLE,
    "apple": _APPLE,
}


def stores_for(client_id: str, host: str, port: int) -> tuple[str, ...]:
    """Ids of the stores in which an import makes this client accept ``host:port``, narrowest first.

    What a variable or a setting of the user hides from the client is left out. Empty for a client
    that reads no store, or is not known. A store for one site (``X@HOST``) may not be there yet.
    """
    from platform_backends.discovery import has_family
    from trustmgr.clients.reading_elsewhere import ELSEWHERE

    here = Here(os.environ, host, port)
    looks = {**PLACES, **ELSEWHERE.get(sys.platform, {})}.get(client_id, ())
    read = dict.fromkeys(_read(looks, here))
    return tuple(store for store in read if has_family(store))


def _read(places: tuple[Place, ...], here: Here) -> Iterator[str]:
    for place in places:
        yield from place.ids(here)
        if place.hides(here):
            return


@cache
def clients_named(program: str) -> tuple[str, ...]:
    """Ids of the clients that a program's name, as `explain` gives it, stands for; the likeliest first.

    Empty for a program that reads no store of this machine, or none that is known.
    """
    table = resources.table("knowledge", "clients.toml")["client"]
    return next((tuple(entry["ids"]) for entry in table if entry["name"] == program), ())

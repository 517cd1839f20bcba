"""Where clients look on Windows and macOS, as far as it is not where they look on Linux.

Windows: Schannel programs read the system's store and no variable (curl's documentation, "SSL Certificate
Verification"; Python's ``ssl.SSLContext.load_default_certs``; Go's crypto/x509 ``root_windows.go``; Git for
Windows' git-config(1), "http.sslBackend"). macOS: what comes with it asks the keychain, what comes from
Homebrew or python.org reads OpenSSL's files (Go: ``root_darwin.go``).
"""

from __future__ import annotations

from collections.abc import Mapping

from trustmgr.clients.places import (
    ForSite,
    OpenSsl,
    Place,
    Setting,
    System,
    SystemFor,
    Variable,
)

_SYSTEM: tuple[Place, ...] = (System(),)
_GIT: tuple[Place, ...] = (
    Variable("GIT_SSL_CAINFO"),
    ForSite("git"),
    Setting("git"),
    SystemFor("git"),
)
#: What asks the system itself on both.
_BOTH: Mapping[str, tuple[Place, ...]] = {
    "git": _GIT,
    "go": _SYSTEM,
    "docker": _SYSTEM,  # docs.docker.com, "Add custom CA certificates"
    "dotnet": _SYSTEM,
}

#: System -> client -> places.
ELSEWHERE: Mapping[str, Mapping[str, tuple[Place, ...]]] = {
    "win32": {
        **_BOTH,
        "python": _SYSTEM,
        "curl": _SYSTEM,
        "cargo": _SYSTEM,
        "openssl": (Setting("openssl"),),
        "wget": (),
    },
    "darwin": {
        **_BOTH,
        "python": (OpenSsl(),),
        "openssl": (OpenSsl(),),
        "curl": (Setting("curl"), Variable("CURL_CA_BUNDLE"), SystemFor("curl")),
        "gnutls": (),
        "wget": (Setting("wget"), OpenSsl()),
        "cargo": (Variable("CARGO_HTTP_CAINFO"), Setting("cargo"), System()),
    },
}

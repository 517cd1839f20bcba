"""Where things are on a Mac. The only place that names them, so that tests can put others there."""

from __future__ import annotations

from pathlib import Path

#: By absolute path: a program that Finder starts has a short PATH, and others may put a namesake on it.
SECURITY = Path("/usr/bin/security")
SYSTEM_KEYCHAIN = Path("/Library/Keychains/System.keychain")
#: Apple's own roots. In no search list: it has to be named.
ROOTS_KEYCHAIN = Path("/System/Library/Keychains/SystemRootCertificates.keychain")
#: What this program did to the whole Mac: written by root, read by everybody.
SYSTEM_MEMORY = Path("/Library/Application Support/trustmgr/macos.system")


def login_keychain() -> Path:
    """The keychain that is opened when this user logs in."""
    return Path.home() / "Library/Keychains/login.keychain-db"


def login_memory() -> Path:
    """What this program did for this user."""
    return Path.home() / "Library/Application Support/trustmgr/macos.login"

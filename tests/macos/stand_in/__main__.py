"""A stand-in for macOS's `security`, as a program of its own: ``python stand_in STATE SITE COMMAND ...``.

It follows Apple's published sources (SecurityTool/macOS, libsecurity_keychain, Security-61901): options,
outputs, exit codes and texts. ``tests/macos/test_facts.py`` holds it and the real tool against the same facts.
Nothing here is imported by the product.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time

import dump
import keychains
import trust
from mac import Failed, Mac, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def verify_cert(mac: Mac, words: list[str]) -> int:
    sys.path.append(mac.site)  # the one command that needs a library
    import verify

    return verify.verify_cert(mac, words)


def error(mac: Mac, words: list[str]) -> int:
    """``security error``: prints, and exits with 1, always."""
    for word in words:
        code = int(word, 0)
        print(f"Error: 0x{code & 0xFFFFFFFF:08X} {code} {mac.text(code)}")
    return 1


COMMANDS: dict[str, Callable[[Mac, list[str]], int]] = {
    "add-certificates": keychains.add_certificates,
    "add-trusted-cert": trust.add_trusted_cert,
    "create-keychain": keychains.create_keychain,
    "delete-certificate": keychains.delete_certificate,
    "dump-trust-settings": dump.dump_trust_settings,
    "error": error,
    "find-certificate": keychains.find_certificate,
    "remove-trusted-cert": trust.remove_trusted_cert,
    "trust-settings-export": trust.trust_settings_export,
    "trust-settings-import": trust.trust_settings_import,
    "user-trust-settings-enable": trust.user_trust_settings_enable,
    "verify-cert": verify_cert,
}


def main() -> int:
    state, site, *words = sys.argv[1:]
    mac = Mac(state, site)
    mac.log(words)
    if not words or words[0] not in COMMANDS:
        print(f"security: unknown command {words[:1]}", file=sys.stderr)
        return 1
    lock = os.open(state, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # securityd does one thing at a time
    mac.unlock = lambda: fcntl.flock(lock, fcntl.LOCK_UN)
    try:
        return COMMANDS[words[0]](mac, words[1:])
    except Usage as usage:
        if str(usage):
            print(usage, file=sys.stderr)
        print(f"Usage: {words[0]} ...", file=sys.stderr)
        return 2
    except Failed as failed:
        print(failed.line, file=sys.stderr)
        return failed.code
    finally:
        sys.stdout.flush()


def hang(mac: Mac) -> None:
    """A dialog that nobody sees: other programs go on meanwhile."""
    with open(f"{mac.state}/hanging", "w") as file:
        file.write(str(os.getpid()))
    mac.unlock()
    time.sleep(600)


Mac.hang = hang
if __name__ == "__main__":
    sys.exit(main())

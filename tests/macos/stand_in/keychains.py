"""keychain_create.c, keychain_find.c, keychain_add.c and keychain_delete.c."""

from __future__ import annotations

import getopt
import hashlib
import sys

import der
import trust
from mac import Failed, Mac, Usage, key


def options(words: list[str], allowed: str) -> tuple[list[tuple[str, str]], list[str]]:
    try:
        return getopt.getopt(words, allowed)
    except getopt.GetoptError as error:
        raise Usage(f"security: {error}") from error


def create_keychain(mac: Mac, words: list[str]) -> int:
    _, paths = options(words, "p:P")
    for path in paths:
        if mac.keychain(path) is not None:
            raise mac.perror("SecKeychainCreate " + path, -25296)
        mac.write_keychain(path, [])
    return 0


def find_certificate(mac: Mac, words: list[str]) -> int:
    found, named = options(words, "ac:e:mpZ")
    given = dict(found)
    held: list[bytes] = []
    for path in named or mac.searched:
        certificates = mac.keychain(path)
        if certificates is None:
            if named:
                raise mac.perror("SecKeychainSearchCopyNext", -25294)
            continue
        held += [c for c in certificates if _matches(c, given.get("-c"))]
    if not held and "-a" not in given:
        raise mac.perror("SecKeychainSearchCopyNext", -25300)
    for certificate in held if "-a" in given else held[:1]:
        _show(certificate, given)
    return 0


def _matches(certificate: bytes, name: str | None) -> bool:
    return name is None or name.lower() in der.names(certificate).common_name.lower()


def _show(certificate: bytes, given: dict[str, str]) -> None:
    if "-Z" in given:
        print(f"SHA-256 hash: {hashlib.sha256(certificate).hexdigest().upper()}")
        print(f"SHA-1 hash: {key(certificate)}")
    if "-p" in given:
        print(der.pem(certificate))
    else:
        print(
            f'class: 0x80001000 \nattributes:\n    "labl"<blob>="{der.names(certificate).common_name}"'
        )


def add_certificates(mac: Mac, words: list[str]) -> int:
    found, files = options(words, "k:")
    path = dict(found).get("-k", (mac.searched or [""])[0])
    held = mac.keychain(path)
    if held is None:
        raise mac.perror(f"SecKeychainOpen {path}", -25294)
    code = 0
    for file in files:
        try:
            certificate = der.first(der.content_of(file))
        except (OSError, ValueError, IndexError) as error:
            raise mac.perror(file, -25257) from error
        if certificate in held:
            print(f"security: {file}: already in {path}", file=sys.stderr)
            code = 1
        elif refused := mac.write_keychain(path, held := [*held, certificate]):
            raise mac.perror(file, refused)
    return code


def delete_certificate(mac: Mac, words: list[str]) -> int:
    found, named = options(words, "c:Z:t")
    given = dict(found)
    if ("-c" in given) == ("-Z" in given):
        raise Usage
    wanted = given.get("-c") or given["-Z"]
    hits = [
        (path, certificate)
        for path in named or mac.searched
        for certificate in mac.keychain(path) or ()
        if _is_meant(certificate, given)
    ]
    if not hits:
        sys.stderr.write(f'Unable to delete certificate matching "{wanted}"')  # no newline
        return 1
    if "-c" in given and len(hits) > 1:
        raise Failed(f'"{wanted}" is ambiguous, matches more than one certificate')
    path, certificate = hits[0]
    if "-t" in given:
        trust.remove(mac, "user", certificate)
    rest = [c for c in mac.keychain(path) or () if c != certificate]
    if refused := mac.write_keychain(path, rest):
        raise mac.perror("SecKeychainItemDelete", refused)
    return 0


def _is_meant(certificate: bytes, given: dict[str, str]) -> bool:
    if "-c" in given:
        return _matches(certificate, given["-c"])
    hashes = (key(certificate), hashlib.sha256(certificate).hexdigest().upper())
    return given["-Z"].replace(" ", "").upper() in hashes

"""trusted_cert_add.c, trust_settings_impexp.c, user_trust_enable.cpp; validation as in TrustSettings.cpp."""

from __future__ import annotations

import sys

import der
import keychains
from mac import Failed, Mac, Usage, key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ARC = bytes.fromhex("2a864886f7636401")
#: Word of -p -> last arc of the OID, name in an export.
POLICIES = {
    "basic": (2, "basicX509"),
    "ssl": (3, "sslServer"),
    "smime": (8, "SMIME"),
    "eap": (9, "eapServer"),
    "IPSec": (11, "IPSecServer"),
    "codeSign": (16, "CodeSigning"),
    "timestamping": (20, "AppleTimeStamping"),
    "pkgSign": (22, "pkgSign"),
}
RESULTS = {"trustRoot": 1, "trustAsRoot": 2, "deny": 3, "unspecified": 4}
ERRORS = {"certExpired": -2147409654, "hostnameMismatch": -2147408896}
DOMAINS = {"": "user", "-d": "admin", "-s": "system"}


def add_trusted_cert(mac: Mac, words: list[str]) -> int:
    found, files = keychains.options(words, "dr:a:p:s:e:u:k:i:o:D")
    given = dict(found)
    if given.get("-r", "trustRoot") not in RESULTS or len(files) > 1:
        raise Usage
    if "-k" in given and mac.keychain(given["-k"]) is None:
        raise Failed(f"security: SecKeychainOpen {given['-k']}: {mac.text(-25294)}")
    if not files and "-o" not in given:
        raise Usage("No cert file specified.")
    if "-o" in given and "-d" in given:
        raise Usage("Can't specify both domain and a settingsFile")
    if "-i" in given and "-o" not in given:
        raise Usage("Can't specify settingsFileIn and no settingsFileOut")
    settings = _settings(found)
    certificate = _read(files[0]) if files else None
    if certificate is not None and "-k" in given:
        _into_keychain(mac, given["-k"], certificate)  # before anything is asked
    if "-o" in given:
        return _to_file(mac, given, certificate, settings)
    assert certificate is not None
    _validate(mac, certificate, settings)
    if refused := mac.ask():
        raise mac.cssm_perror("SecTrustSettingsSetTrustSettings", refused)
    name = "admin" if "-d" in given else "user"
    records = mac.records(name)
    records[key(certificate)] = _record(certificate, settings)
    mac.write_domain(name, records)
    return 0


def _settings(found: list[tuple[str, str]]) -> list[dict[str, Any]] | None:
    """One dictionary for each policy, string and error; None without any constraint."""
    given = dict(found)
    if not any(option in given for option in ("-r", "-a", "-p", "-s", "-e", "-u")):
        return None
    policies = [value for option, value in found if option == "-p"]
    strings = [value for option, value in found if option == "-s"] or [None]
    errors = [ERRORS.get(value) or int(value) for option, value in found if option == "-e"] or [0]
    result, usage = RESULTS[given.get("-r", "trustRoot")], int(given.get("-u", 0))
    if any(policy not in POLICIES for policy in policies):
        raise Usage
    if not policies:  # a string is dropped, and of several errors the last is kept
        return [_setting(None, None, errors[-1], usage, result)]
    return [
        _setting(policy, string, error, usage, result)
        for policy in policies
        for string in strings
        for error in errors
    ]


def _setting(
    policy: str | None, string: str | None, error: int, usage: int, result: int
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if policy is not None:
        arc, name = POLICIES[policy]
        made["kSecTrustSettingsPolicy"] = ARC + bytes([arc])
        made["kSecTrustSettingsPolicyName"] = name
    if string is not None:
        made["kSecTrustSettingsPolicyString"] = string
    if error:
        made["kSecTrustSettingsAllowedError"] = error
    if usage:
        made["kSecTrustSettingsKeyUsage"] = usage
    if result != RESULTS["trustRoot"]:
        made["kSecTrustSettingsResult"] = result
    return made


def _validate(mac: Mac, certificate: bytes, settings: list[dict[str, Any]] | None) -> None:
    """TrustRoot is for what is self-signed, TrustAsRoot for what is not; an empty dictionary passes."""
    root = der.names(certificate).self_signed
    bad = settings is None and not root
    for setting in settings or ():
        result = setting.get("kSecTrustSettingsResult", 1)
        bad = bad or (result == 2 and root) or (result == 1 and not root and bool(setting))
    if bad:
        raise mac.cssm_perror("SecTrustSettingsSetTrustSettings", -50)


def _record(certificate: bytes, settings: list[dict[str, Any]] | None) -> dict[str, Any]:
    import datetime as dt

    named = der.names(certificate)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0, tzinfo=None)
    made = {"issuerName": named.issuer, "serialNumber": named.serial, "modDate": now}
    return made if settings is None else {**made, "trustSettings": settings}


def _into_keychain(mac: Mac, path: str, certificate: bytes) -> None:
    held = mac.keychain(path) or []
    if certificate not in held and (refused := mac.write_keychain(path, [*held, certificate])):
        raise mac.cssm_perror("SecCertificateAddToKeychain", refused)


def _to_file(
    mac: Mac,
    given: dict[str, str],
    certificate: bytes | None,
    settings: list[dict[str, Any]] | None,
) -> int:
    """Works on a file alone: nothing is asked."""
    import plistlib

    records: dict[str, Any] = {}
    if "-i" in given:
        try:
            records = plistlib.loads(der.content_of(given["-i"]))["trustList"]
        except OSError as error:
            raise Failed(f"Error reading file {given['-i']}") from error
    if certificate is not None:
        _validate(mac, certificate, settings)
        records[key(certificate)] = _record(certificate, settings)
    data = plistlib.dumps({"trustVersion": 1, "trustList": records})
    with open(given["-o"], "wb") as file:
        file.write(data)
    print(f"...wrote {len(data)} bytes to {given['-o']}")
    return 0


def _read(file: str) -> bytes:
    try:
        return der.first(der.content_of(file))
    except (OSError, ValueError, IndexError) as error:
        print(f"***Error reading file {file}")
        raise Failed(f"Error reading file {file}") from error


def remove_trusted_cert(mac: Mac, words: list[str]) -> int:
    found, files = keychains.options(words, "dD")
    if len(files) != 1:
        raise Usage
    if refused := remove(mac, "admin" if found else "user", _read(files[0])):
        raise mac.cssm_perror("SecTrustSettingsRemoveTrustSettings", refused)
    return 0


def remove(mac: Mac, name: str, certificate: bytes) -> int:
    if mac.domain(name) is None:
        return -25263
    records = mac.records(name)
    if records.pop(key(certificate), None) is None:
        return -25300
    if refused := mac.ask():
        return refused
    mac.write_domain(name, records)  # an empty list stays
    return 0


def trust_settings_export(mac: Mac, words: list[str]) -> int:
    found, files = keychains.options(words, "ds")
    if len(files) != 1:
        raise Usage
    domain = mac.domain(DOMAINS[found[-1][0] if found else ""])
    if domain is None:
        raise mac.cssm_perror("SecTrustSettingsCreateExternalRepresentation", -25263)
    with open(files[0], "wb") as file:
        file.write(domain)
    print("...Trust Settings exported successfully.")
    return 0


def trust_settings_import(mac: Mac, words: list[str]) -> int:
    found, files = keychains.options(words, "d")
    if len(files) != 1:
        raise Usage
    import plistlib

    try:
        records = plistlib.loads(der.content_of(files[0]))["trustList"]
    except OSError as error:
        raise Failed(f"Error (1) reading {files[0]}.") from error
    if refused := mac.ask():
        raise mac.cssm_perror("SecTrustSettingsImportExternalRepresentation", refused)
    mac.write_domain("admin" if found else "user", records)
    print("...Trust Settings imported successfully.")
    return 0


def user_trust_settings_enable(mac: Mac, words: list[str]) -> int:
    found, _ = keychains.options(words, "de")
    if found:
        print("You must be root to set this preference.", file=sys.stderr)
        return 1
    print(f"User-level Trust Settings are {mac.told('user_settings', 'Enabled')}")
    return 0

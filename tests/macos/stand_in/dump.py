"""trusted_cert_dump.c: the list for people, which names no hash and leaves out what lies in no keychain."""

from __future__ import annotations

import der
import keychains
import trust
from mac import Mac, key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

POLICIES = {2: "Apple X509 Basic", 3: "SSL", 8: "SMIME", 9: "EAP", 11: "IPSec", 16: "Code Signing"}
RESULTS = {
    1: "kSecTrustSettingsResultTrustRoot",
    2: "kSecTrustSettingsResultTrustAsRoot",
    3: "kSecTrustSettingsResultDeny",
    4: "kSecTrustSettingsResultUnspecified",
}


def dump_trust_settings(mac: Mac, words: list[str]) -> int:
    found, _ = keychains.options(words, "ds")
    name = trust.DOMAINS[found[-1][0] if found else ""]
    if mac.domain(name) is None:
        raise mac.cssm_perror("SecTrustSettingsCopyCertificates", -25263)
    records = mac.records(name)
    held = dict.fromkeys(c for path in mac.searched for c in mac.keychain(path) or ())
    shown = [certificate for certificate in held if key(certificate) in records]
    print(f"Number of trusted certs = {len(shown)}")
    for number, certificate in enumerate(shown):
        settings = records[key(certificate)].get("trustSettings", [])
        print(f"Cert {number}: {der.names(certificate).common_name}")
        print(f"   Number of trust settings : {len(settings)}")
        for place, setting in enumerate(settings):
            print(f"   Trust Setting {place}:")
            for title, value in _lines(setting):
                print(f"      {title:<22}: {value}")
    return 0


def _lines(setting: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each only when it is there."""
    if "kSecTrustSettingsPolicy" in setting:
        yield "Policy OID", POLICIES.get(setting["kSecTrustSettingsPolicy"][-1], "Unknown OID")
    if "kSecTrustSettingsPolicyString" in setting:
        yield "Policy String", setting["kSecTrustSettingsPolicyString"]
    if "kSecTrustSettingsResult" in setting:
        yield "Result Type", RESULTS[setting["kSecTrustSettingsResult"]]

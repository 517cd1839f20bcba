"""Trust settings: the property list that `security trust-settings-export` writes, and what it means.

    {trustVersion: 1, trustList: {SHA-1 in upper case: {issuerName, serialNumber, modDate, trustSettings: [...]}}}

The format is that of Apple's TrustSettingsSchema.h and SecTrustSettings.h. A record whose array is empty or
missing trusts a root for everything; no record is no opinion. The first setting of a record that fits decides.
"""

from __future__ import annotations

import hashlib
import plistlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any
from xml.parsers.expat import ExpatError

from platform_backends.base import Decision, Purpose, Trust

#: The largest property list that is read, in bytes. Apple's own has some 100 kB.
LIMIT = 16 * 1024 * 1024
_RECORDS = 20_000
_SETTINGS = 1_000  # of one record

_KEY = re.compile(r"[0-9A-F]{40}")
POLICY = "kSecTrustSettingsPolicy"
POLICY_NAME = "kSecTrustSettingsPolicyName"
RESULT = "kSecTrustSettingsResult"
_KEY_USAGE = "kSecTrustSettingsKeyUsage"
STRING = "kSecTrustSettingsPolicyString"
_APPLICATION = "kSecTrustSettingsApplication"
_ANY_USAGE = (None, 0, -1, 0xFFFFFFFF)

Setting = Mapping[str, Any]
Record = Mapping[str, Any]


class Result(IntEnum):
    """``SecTrustSettingsResult``; a setting without one means the first."""

    TRUST_ROOT = 1
    TRUST_AS_ROOT = 2
    DENY = 3
    UNSPECIFIED = 4


class Policy(IntEnum):
    """Last arc of the policies' OIDs below 1.2.840.113635.100.1 (Apple's oidsalg.h)."""

    BASIC = 2
    SSL = 3
    SMIME = 8
    CODE_SIGNING = 16


#: 1.2.840.113635.100.1 in DER, and in words.
_ARC = bytes.fromhex("2a864886f76364") + b"\x01"
_ARC_TEXT = "1.2.840.113635.100.1."

#: What each purpose is judged by. Apple has one policy for both ends of TLS: it is the server's, unless
#: its name says otherwise.
_PURPOSES: Mapping[Purpose, Policy] = {
    Purpose.SERVER_AUTH: Policy.SSL,
    Purpose.CLIENT_AUTH: Policy.SSL,
    Purpose.EMAIL: Policy.SMIME,
    Purpose.CODE_SIGNING: Policy.CODE_SIGNING,
}
OF_CLIENTS = "sslClient"
#: The names beside the OIDs in what macOS writes, as mkcert writes them too.
_NAMES = {Policy.SSL: "sslServer", Policy.BASIC: "basicX509"}
#: What is recorded for a purpose: Node and others also ask about plain X.509, so TLS takes both.
_RECORDED: Mapping[Purpose, tuple[Policy, ...]] = {
    Purpose.SERVER_AUTH: (Policy.SSL, Policy.BASIC),
    Purpose.EMAIL: (Policy.SMIME,),
    Purpose.CODE_SIGNING: (Policy.CODE_SIGNING,),
}


class NotTrustSettings(ValueError):
    """These bytes are no such property list."""


@dataclass(frozen=True)
class Domain:
    """The records of one domain, by the SHA-1 of their certificates, and everything else in the list."""

    records: Mapping[str, Record]
    rest: Mapping[str, Any]

    def of(self, der: bytes) -> Record | None:
        """The record of a certificate. macOS looks it up by SHA-1, so whoever shares one shares the record."""
        return self.records.get(key(der))

    def changed(self, name: str, record: Record | None) -> bytes:
        """The property list with one record put in or taken out, and all others as they are."""
        records = {k: v for k, v in self.records.items() if k != name}
        if record is not None:
            records[name] = record
        return plistlib.dumps({**self.rest, "trustList": records})


#: A domain of which nobody ever changed anything.
EMPTY = Domain({}, {"trustVersion": 1})


def key(der: bytes) -> str:
    """Under what a record is found."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def parse(data: bytes) -> Domain:
    """The reverse of an export, of hostile bytes. Raises `NotTrustSettings`."""
    if len(data) > LIMIT:
        raise NotTrustSettings("too large")
    try:
        top = plistlib.loads(data)
    except (
        ValueError,  # InvalidFileException is one
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
        MemoryError,
        ExpatError,
    ) as error:
        raise NotTrustSettings(str(error) or type(error).__name__) from error
    records = top.get("trustList") if isinstance(top, dict) else None
    if not isinstance(records, dict) or top.get("trustVersion") != 1:
        raise NotTrustSettings("no trust settings of version 1")
    if len(records) > _RECORDS:
        raise NotTrustSettings("too many records")
    for name, record in records.items():
        _check(name, record)
    return Domain(records, {k: v for k, v in top.items() if k != "trustList"})


def _check(name: object, record: object) -> None:
    if not isinstance(name, str) or not _KEY.fullmatch(name) or not isinstance(record, dict):
        raise NotTrustSettings("a record is damaged")
    found = record.get("trustSettings", [])
    if not isinstance(found, list) or len(found) > _SETTINGS:
        raise NotTrustSettings("the settings of a record are damaged")
    for setting in found:
        if not isinstance(setting, dict) or not isinstance(setting.get(RESULT, 1), int):
            raise NotTrustSettings("a setting is damaged")


def settings(record: Record) -> Sequence[Setting]:
    """The settings of a record; a record without any has one that fits everything."""
    found: Sequence[Setting] = record.get("trustSettings") or ({},)
    return found


def trust(record: Record | None, *, self_signed: bool, host: str = "") -> Trust:
    """What a record says, for each purpose: in general, or of one host alone and of TLS servers."""
    if record is None:
        return Trust()
    found = settings(record)
    asked = _about(host)
    said = {p: _decision(found, p, self_signed=self_signed, host=host) for p in asked}
    return Trust(**{purpose.name.lower(): decision for purpose, decision in said.items()})


def judged(record: Record, *, self_signed: bool, host: str = "") -> Trust:
    """What counts for a connection to a host: what is said of it, else what is said in general."""
    general = trust(record, self_signed=self_signed)
    own = trust(record, self_signed=self_signed, host=host).server_auth
    return general if own is Decision.UNSPECIFIED else replace(general, server_auth=own)


def _about(host: str) -> Collection[Purpose]:
    """macOS compares hosts for TLS servers alone."""
    return (Purpose.SERVER_AUTH,) if host else tuple(Purpose)


def _decision(
    found: Sequence[Setting], purpose: Purpose, *, self_signed: bool, host: str
) -> Decision:
    for setting in found:
        if not is_beside(setting, host) and not _is_limited(setting) and _fits(setting, purpose):
            return _meaning(setting.get(RESULT, Result.TRUST_ROOT), self_signed=self_signed)
    return Decision.UNSPECIFIED


def _meaning(result: int, *, self_signed: bool) -> Decision:
    """Trust as a root is for roots, trust as if it were one for the others; macOS ignores the rest."""
    if result == Result.DENY:
        return Decision.DISTRUSTED
    fitting = Result.TRUST_ROOT if self_signed else Result.TRUST_AS_ROOT
    return Decision.TRUSTED if result == fitting else Decision.UNSPECIFIED


def is_beside(setting: Setting, host: str) -> bool:
    """Whether it is none of the settings of one host; of none: whether it says nothing in general."""
    if host:
        return _host_of(setting) != host
    return bool(setting.get(STRING)) or _is_limited(setting)


def _is_limited(setting: Setting) -> bool:
    """About one program, or one use of the key."""
    return bool(setting.get(_APPLICATION)) or setting.get(_KEY_USAGE) not in _ANY_USAGE


def _host_of(setting: Setting) -> str:
    """Empty for a setting that is of no host, such as one of an e-mail address."""
    text = setting.get(STRING)
    of_servers = setting.get(POLICY) is None or policy_of(setting) is Policy.SSL
    return text.lower() if of_servers and isinstance(text, str) else ""


def _fits(setting: Setting, purpose: Purpose) -> bool:
    if setting.get(POLICY) is None:
        return True
    of_clients = setting.get(POLICY_NAME) == OF_CLIENTS
    return policy_of(setting) is _PURPOSES[purpose] and of_clients is (
        purpose is Purpose.CLIENT_AUTH
    )


def policy_of(setting: Setting) -> Policy | None:
    """None for a policy that this program has no purpose for."""
    value = setting.get(POLICY)
    for policy in Policy:
        if value in (_ARC + bytes([policy]), f"{_ARC_TEXT}{policy.value}"):
            return policy
    return None


def hosts(record: Record | None) -> tuple[str, ...]:
    """The hosts (or addresses), in lower case, that a record has settings of their own for."""
    found = map(_host_of, settings(record)) if record is not None else ()
    return tuple(dict.fromkeys(filter(None, found)))


def wished(
    wanted: Trust, before: Record | None, *, self_signed: bool, host: str = ""
) -> list[Setting] | None:
    """The settings for a trust, in general or for one host; None when no record is left.

    What is said of other hosts, of single programs and of everything that does not change stays. What is said
    of hosts comes first, since the first setting that fits decides.
    """
    whole = {wanted.decision(purpose) for purpose in Purpose} if not host else set()
    if whole == {Decision.TRUSTED}:
        return [_setting(None, _trusting(self_signed))]
    if whole == {Decision.DISTRUSTED}:
        return [_setting(None, Result.DENY)]
    found = settings(before) if before is not None else ()
    changed = _changed(wanted, found, self_signed=self_signed, host=host)
    kept = [setting for setting in found if _stays(setting, changed, host)]
    made = list(_made(wanted, changed, self_signed=self_signed))
    if host:
        of_host = [{**s, STRING: host} for s in made if policy_of(s) is Policy.SSL]
        return [*of_host, *kept] or None
    return [*kept, *made] or None


def _changed(
    wanted: Trust, found: Sequence[Setting], *, self_signed: bool, host: str
) -> set[Purpose]:
    """All, where one setting speaks of all of them: it cannot stay."""
    if any(setting.get(POLICY) is None and not is_beside(setting, host) for setting in found):
        return set(Purpose)
    return {
        purpose
        for purpose in _about(host)
        if wanted.decision(purpose)
        is not _decision(found, purpose, self_signed=self_signed, host=host)
    }


def _stays(setting: Setting, changed: set[Purpose], host: str) -> bool:
    if is_beside(setting, host):
        return True
    ours = any(_fits(setting, purpose) for purpose in changed)
    beside = policy_of(setting) is Policy.BASIC and Purpose.SERVER_AUTH in changed
    return setting.get(POLICY) is not None and not ours and not beside


def _made(wanted: Trust, changed: set[Purpose], *, self_signed: bool) -> Iterator[Setting]:
    for purpose, policies in _RECORDED.items():
        decision = wanted.decision(purpose)
        if purpose not in changed:
            continue
        if decision is Decision.TRUSTED:
            yield from (_setting(policy, _trusting(self_signed)) for policy in policies)
        elif decision is Decision.DISTRUSTED:
            yield _setting(policies[0], Result.DENY)


def _trusting(self_signed: bool) -> Result:
    return Result.TRUST_ROOT if self_signed else Result.TRUST_AS_ROOT


def _setting(policy: Policy | None, result: Result) -> Setting:
    """As `security add-trusted-cert` makes one: the first result is left out."""
    made: dict[str, Any] = {}
    if policy is not None:
        made[POLICY] = _ARC + bytes([policy])
        if policy in _NAMES:
            made[POLICY_NAME] = _NAMES[policy]
    return made if result is Result.TRUST_ROOT else {**made, RESULT: int(result)}


def without(now: Record | None, before: Record | None, host: str = "") -> Record | None:
    """A record with what it says in general, or of one host, as it was before; the rest as it is now."""
    beside, was = (_part(record, host, beside=True) for record in (now, before))
    if [_plain(s) for s in beside] == [_plain(s) for s in was]:
        return before  # to the letter
    own = _part(before, host, beside=False)
    found = [*own, *beside] if host else [*beside, *own]
    return {**(now or before or {}), "trustSettings": found} if found else None


def _part(record: Record | None, host: str, *, beside: bool) -> Sequence[Setting]:
    found = settings(record) if record is not None else ()
    return [setting for setting in found if is_beside(setting, host) is beside]


def same(one: Record | None, other: Record | None) -> bool:
    """Whether two records say the same, whenever each was written."""
    if one is None or other is None:
        return one is other
    return [_plain(s) for s in settings(one)] == [_plain(s) for s in settings(other)]


def _plain(setting: Setting) -> Mapping[str, Any]:
    """Without what is only another spelling: macOS adds the policy's name, and may write the usual result."""
    plain = dict(setting)
    if plain.get(RESULT) == Result.TRUST_ROOT:
        del plain[RESULT]
    policy = policy_of(setting)
    if policy is not None:
        plain[POLICY] = policy
        if plain.get(POLICY_NAME) != OF_CLIENTS:
            plain.pop(POLICY_NAME, None)
    return plain

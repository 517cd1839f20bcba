"""The options of `security add-trusted-cert` for settings that are to be recorded."""

from __future__ import annotations

from collections.abc import Sequence

from platform_backends.macos.trust_settings import (
    OF_CLIENTS,
    POLICY,
    POLICY_NAME,
    RESULT,
    STRING,
    Policy,
    Result,
    Setting,
    policy_of,
)

_RESULTS = {
    Result.TRUST_ROOT: "trustRoot",
    Result.TRUST_AS_ROOT: "trustAsRoot",
    Result.DENY: "deny",
    Result.UNSPECIFIED: "unspecified",
}
_POLICIES = {
    Policy.BASIC: "basic",
    Policy.SSL: "ssl",
    Policy.SMIME: "smime",
    Policy.CODE_SIGNING: "codeSign",
}
_KNOWN = {POLICY, POLICY_NAME, RESULT, STRING}


def options(found: Sequence[Setting]) -> tuple[str, ...] | None:
    """Those that record exactly these settings; None when none do.

    A host is named only beside a policy: without one `security` drops it, and the certificate would be
    trusted for everything.
    """
    results = {setting.get(RESULT, Result.TRUST_ROOT) for setting in found}
    policies = [policy_of(setting) for setting in found if setting.get(POLICY) is not None]
    if len(results) != 1 or not results <= set(Result) or any(set(s) - _KNOWN for s in found):
        return None
    if (policies and len(policies) != len(found)) or (not policies and len(found) != 1):
        return None
    host = found[0].get(STRING)
    if any(s.get(STRING) != host for s in found) or not (host is None or _is_host(host, policies)):
        return None
    said = ["-r", _RESULTS[Result(results.pop())]]
    for setting, policy in zip(found, policies, strict=bool(policies)):
        if policy is None or setting.get(POLICY_NAME) == OF_CLIENTS:
            return None
        said += ["-p", _POLICIES[policy]]
    return tuple(said if host is None else [*said, "-s", host])


def _is_host(text: object, policies: Sequence[Policy | None]) -> bool:
    return isinstance(text, str) and bool(text) and bool(policies)

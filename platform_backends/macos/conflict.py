"""Where the administrator's trust settings stand against the user's: macOS follows the administrator's.

Apple's header and the browsers have it the other way round, so both have to be told.
"""

from __future__ import annotations

from collections.abc import Iterator

from platform_backends.base import Decision, Purpose, StoreError, Trust
from platform_backends.macos import security_cli, trust_settings
from platform_backends.macos.place import self_signed
from platform_backends.macos.trust_settings import Record

_OPPOSED = {Decision.TRUSTED, Decision.DISTRUSTED}


def against(der: bytes, host: str) -> Iterator[str]:
    """What the administrator's settings say about a certificate, in general or for one host."""
    try:
        record = security_cli.domain(security_cli.ADMIN).of(der)
    except StoreError:
        return
    said = Decision.UNSPECIFIED
    if record is not None:
        rooted = self_signed(der)
        said = trust_settings.judged(record, self_signed=rooted, host=host).server_auth
    if said is not Decision.UNSPECIFIED:
        yield f"The administrator's settings of this Mac have it as {said.value}, and they win"


def doubt() -> tuple[str, str]:
    """Why settings of the user do not count, and what helps; two empty texts when nothing is known.

    Raises `StoreUnavailable`.
    """
    if not security_cli.user_settings_count():
        return (
            "An administrator has switched off the trust settings of users on this Mac.",
            "Use macos.system, or run: sudo security user-trust-settings-enable -e",
        )
    users = security_cli.domain(()).records
    admins = security_cli.domain(security_cli.ADMIN).records
    both = [name for name in users if name in admins and _opposed(users[name], admins[name])]
    if not both:
        return "", ""
    several = f"{len(both)} certificates" if len(both) > 1 else "a certificate"
    return (
        f"Your trust settings and the administrator's disagree about {several} (SHA-1 {both[0].lower()}); "
        "macOS follows the administrator's, Chrome and Firefox yours.",
        "Remove one of the two: trustmgr list shows both.",
    )


def _opposed(one: Record, other: Record) -> bool:
    """In general or about one host; taking the certificate for a root."""
    hosts = ("", *trust_settings.hosts(one), *trust_settings.hosts(other))
    return any(_differ(_judged(one, host), _judged(other, host)) for host in hosts)


def _judged(record: Record, host: str) -> Trust:
    return trust_settings.judged(record, self_signed=True, host=host)


def _differ(one: Trust, other: Trust) -> bool:
    return any({one.decision(p), other.decision(p)} == _OPPOSED for p in Purpose)
